select agora.ai_open()
