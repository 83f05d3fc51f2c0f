select agora.evidence_later($1, $2)
