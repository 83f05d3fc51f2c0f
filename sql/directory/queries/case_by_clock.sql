select agora.case_by_clock()
