select agora.recall_ask_operator($1, $2, $3)
