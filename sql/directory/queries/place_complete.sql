select jsonb_build_object('items', agora.place_complete($1, $2))
