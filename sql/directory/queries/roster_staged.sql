select agora.roster_staged($1, $2)
