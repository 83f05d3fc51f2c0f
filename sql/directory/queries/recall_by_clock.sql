select agora.recall_by_clock()
