select agora.outbox_settle_many($1, $2)
