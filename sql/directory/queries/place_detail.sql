select agora.place_detail($1)
