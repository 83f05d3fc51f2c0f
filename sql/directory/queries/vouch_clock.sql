select agora.vouch_by_clock()
