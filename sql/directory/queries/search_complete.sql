select agora.search_complete($1, $2, $3)
