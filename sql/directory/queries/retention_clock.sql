select agora.retention_by_clock()
