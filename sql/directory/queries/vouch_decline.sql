select agora.vouch_decline($1, $2, $3)
