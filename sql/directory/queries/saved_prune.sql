select agora.saved_prune()
