select agora.outbox_wake()
