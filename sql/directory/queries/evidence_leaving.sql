select agora.evidence_leaving($1)
