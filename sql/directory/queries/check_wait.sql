select agora.check_wait()
