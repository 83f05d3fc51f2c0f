select agora.session_list($1, $2)
