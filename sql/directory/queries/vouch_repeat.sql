select agora.vouch_repeat($1, $2)
