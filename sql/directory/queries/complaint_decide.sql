select agora.complaint_decide($1, $2, $3, $4, $5)
