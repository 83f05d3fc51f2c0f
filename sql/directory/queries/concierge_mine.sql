select agora.concierge_mine($1)
