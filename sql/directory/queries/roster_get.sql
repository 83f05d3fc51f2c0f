select agora.roster_get($1, $2)
