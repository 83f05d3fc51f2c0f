select agora.topic_import_end($1, $2, $3, $4)
