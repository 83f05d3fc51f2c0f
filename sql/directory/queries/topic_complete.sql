select agora.topic_complete($1, $2, $3)
