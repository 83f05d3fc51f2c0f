select agora.topic_kept_for($1, $2)
