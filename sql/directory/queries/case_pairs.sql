select agora.case_pairs($1)
