select tmtp.queued_count()
