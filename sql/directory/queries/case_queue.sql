select agora.case_queue($1, $2, $3, $4)
