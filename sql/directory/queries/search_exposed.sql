select agora.search_exposed($1, $2)
