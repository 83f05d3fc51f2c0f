select agora.evidence_piece($1, $2, $3)
