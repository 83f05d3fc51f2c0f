select agora.search_known($1)
