select agora.tmtp_pinged($1, $2, $3)
