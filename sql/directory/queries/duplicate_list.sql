select agora.duplicate_list($1)
