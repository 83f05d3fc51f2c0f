select agora.evidence_rewrap($1, $2, $3, decode($4, 'hex'))
