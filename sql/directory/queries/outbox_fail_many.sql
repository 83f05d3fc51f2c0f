select agora.outbox_fail_many($1, $2)
