select agora.topic_kept_list($1, $2, $3, $4)
