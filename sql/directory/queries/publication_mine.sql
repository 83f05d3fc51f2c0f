select agora.publication_mine($1)
