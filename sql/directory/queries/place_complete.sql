select agora.place_complete($1, $2)
