select agora.search_rebuild_again($1, $2)
