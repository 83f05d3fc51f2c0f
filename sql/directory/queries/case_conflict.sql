select agora.case_declare_conflict($1, $2, $3)
