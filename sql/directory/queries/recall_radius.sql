select agora.recall_radius($1, $2)
