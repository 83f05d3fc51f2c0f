select agora.topic_import_begin()
