select agora.event_replay($1, $2)
