select agora.appeal_verification($1, $2, $3, $4)
