select agora.roster_decide($1, $2, $3)
