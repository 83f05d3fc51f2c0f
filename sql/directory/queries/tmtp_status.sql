select agora.tmtp_status($1, $2, $3)
