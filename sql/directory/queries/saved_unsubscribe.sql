select agora.saved_unsubscribe($1)
