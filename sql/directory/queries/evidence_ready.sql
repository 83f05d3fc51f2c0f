select agora.evidence_ready($1, $2)
