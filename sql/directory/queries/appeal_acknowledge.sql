select agora.appeal_acknowledge($1, $2)
