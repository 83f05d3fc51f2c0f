select agora.tmtp_code_make($1, $2)
