select agora.evidence_destroy($1)
