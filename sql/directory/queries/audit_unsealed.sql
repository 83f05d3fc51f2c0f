select agora.audit_unsealed()
