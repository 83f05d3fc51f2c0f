select agora.evidence_page_piece($1, $2, $3, $4, $5)
