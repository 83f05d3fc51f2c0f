select agora.disclosure_put($1, $2)
