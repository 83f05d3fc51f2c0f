select agora.topic_add($1, $2, $3, $4)
