select agora.vouch_withdraw($1, $2, $3)
