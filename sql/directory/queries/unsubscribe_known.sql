select agora.unsubscribe_known($1)
