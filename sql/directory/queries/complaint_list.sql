select agora.complaint_list($1, $2)
