select agora.topic_merge($1, $2, $3)
