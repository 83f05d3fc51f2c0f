select agora.topic_close()
