select agora.outbox_list($1, $2, $3)
