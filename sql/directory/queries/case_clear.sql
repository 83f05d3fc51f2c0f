select agora.case_clear($1, $2, $3)
