select agora.search_around($1, $2)
