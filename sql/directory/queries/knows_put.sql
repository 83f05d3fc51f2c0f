select agora.knows_put($1, $2)
