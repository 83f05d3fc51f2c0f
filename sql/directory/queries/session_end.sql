select agora.session_end($1, $2)
