select agora.role_grant($1, $2)
