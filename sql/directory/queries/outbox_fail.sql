select agora.outbox_fail($1, $2, $3)
