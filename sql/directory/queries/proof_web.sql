select agora.proof_web($1, $2, $3)
