select agora.policy_published()
