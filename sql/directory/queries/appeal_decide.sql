select agora.appeal_decide($1, $2, $3, $4, $5, $6, $7)
