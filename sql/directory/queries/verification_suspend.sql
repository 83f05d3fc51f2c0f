select agora.verification_suspend($1, $2, $3, $4)
