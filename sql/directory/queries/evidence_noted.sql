select agora.evidence_noted($1, $2, $3)
