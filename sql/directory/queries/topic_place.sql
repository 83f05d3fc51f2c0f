select agora.topic_place($1, $2, $3)
