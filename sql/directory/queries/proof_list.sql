select agora.proof_list($1)
