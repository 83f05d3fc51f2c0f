select agora.disclosure_mine($1)
