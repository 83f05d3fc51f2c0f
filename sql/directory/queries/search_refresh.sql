select agora.search_refresh($1), agora.search_drifted()
