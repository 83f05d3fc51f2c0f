select agora.audit_checkpoint_keep($1, $2, $3)
