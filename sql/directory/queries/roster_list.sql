select agora.roster_list($1)
