select agora.search_daily($1)
