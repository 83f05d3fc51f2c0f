select agora.topic_propose($1, $2, $3, $4)
