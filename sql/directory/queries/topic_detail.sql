select agora.topic_detail($1)
