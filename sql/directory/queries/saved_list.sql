select agora.saved_list($1, $2, $3, $4)
