select agora.domain_code_ask($1, $2, $3, $4, $5)
