select agora.tmtp_take($1, $2, $3, $4)
