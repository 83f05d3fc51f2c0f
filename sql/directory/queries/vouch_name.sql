select agora.vouch_name($1, $2, $3, $4)
