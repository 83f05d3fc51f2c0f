select agora.evidence_by_clock()
