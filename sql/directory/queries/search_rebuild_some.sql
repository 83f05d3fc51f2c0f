select agora.search_rebuild_some($1, $2, $3)
