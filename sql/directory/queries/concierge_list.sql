select agora.concierge_list($1, $2)
