select agora.case_release($1, $2)
