select agora.search_rebuild_sample()
