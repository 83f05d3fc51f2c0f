select agora.place_close()
