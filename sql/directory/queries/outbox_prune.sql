select agora.outbox_prune()
