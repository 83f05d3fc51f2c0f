select agora.audit_checkpoint_newest()
