select agora.idempotency_keep($1, $2, $3, $4, $5, $6)
