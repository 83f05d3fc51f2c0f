select agora.case_automatic($1, $2)
