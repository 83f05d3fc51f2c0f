select agora.appeal_case($1, $2, $3, $4)
