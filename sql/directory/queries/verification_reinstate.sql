select agora.verification_reinstate($1, $2, $3)
