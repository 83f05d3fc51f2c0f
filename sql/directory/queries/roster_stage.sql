select agora.roster_stage($1, $2, $3, $4, $5, $6)
