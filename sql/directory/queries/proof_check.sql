select agora.proof_check($1, $2)
