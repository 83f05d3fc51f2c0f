select agora.domain_code_give($1, $2)
