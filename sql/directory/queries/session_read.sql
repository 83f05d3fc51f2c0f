select agora.session_read($1)
