select agora.outbox_settle($1, $2)
