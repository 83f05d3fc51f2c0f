select agora.score_words()
