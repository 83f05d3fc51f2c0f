select agora.tmtp_cursor_now()
