select agora.evidence_refuse($1, $2, $3)
