select agora.outbox_wait($1)
