select agora.concierge_answer($1, $2, $3)
