select agora.search_word_make()
