select agora.verification_revoke($1, $2, $3, $4)
