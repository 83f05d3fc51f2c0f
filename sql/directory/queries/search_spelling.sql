select agora.search_spelling($1, $2)
