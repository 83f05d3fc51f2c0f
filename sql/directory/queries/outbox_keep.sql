select agora.outbox_keep($1, $2)
