select agora.evidence_page_add($1, $2, $3, $4, $5, $6, $7)
