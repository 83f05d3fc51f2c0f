select agora.knows_get($1)
