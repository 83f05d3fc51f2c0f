select agora.verification_by_clock()
