select agora.search_rebuild_index($1, $2)
