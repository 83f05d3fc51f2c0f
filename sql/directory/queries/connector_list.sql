select agora.connector_list($1)
