select agora.role_holders($1)
