select agora.search_near($1, $2)
