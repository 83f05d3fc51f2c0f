select agora.vocabulary()
