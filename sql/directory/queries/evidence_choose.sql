select agora.evidence_choose($1, $2, $3)
