select agora.checks_by_clock()
