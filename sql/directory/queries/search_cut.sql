select agora.search_cut()
