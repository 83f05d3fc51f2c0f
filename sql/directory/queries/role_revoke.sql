select agora.role_revoke($1, $2)
