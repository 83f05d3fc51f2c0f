select agora.verification_seen($1, $2, $3)
