select agora.complaint_confirm($1, $2, $3)
