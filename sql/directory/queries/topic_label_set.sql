select agora.topic_label_set($1, $2, $3, $4, $5)
