select agora.audit_checkpoint_due()
