select agora.search_shown($1, $2)
