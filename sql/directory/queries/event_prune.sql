select agora.event_prune()
