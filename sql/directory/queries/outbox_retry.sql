select agora.outbox_retry($1, $2)
