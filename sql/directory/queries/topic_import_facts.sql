select agora.topic_import_facts($1)
