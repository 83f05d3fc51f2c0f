select agora.event_newest()
