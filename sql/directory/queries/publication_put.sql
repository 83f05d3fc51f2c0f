select agora.publication_put($1, $2, $3)
