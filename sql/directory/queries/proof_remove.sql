select agora.proof_remove($1, $2)
