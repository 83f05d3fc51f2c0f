select agora.evidence_remove($1, $2)
