select agora.appeal_get($1, $2)
