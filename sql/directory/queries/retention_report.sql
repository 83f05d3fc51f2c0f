select agora.retention_report($1)
