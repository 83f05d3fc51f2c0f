select agora.evidence_list($1, $2)
