select agora.check_settle($1, $2, $3, $4, $5)
