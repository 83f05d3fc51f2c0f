select agora.roster_restart($1, $2)
