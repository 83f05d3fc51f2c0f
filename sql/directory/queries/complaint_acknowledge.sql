select agora.complaint_acknowledge($1, $2)
