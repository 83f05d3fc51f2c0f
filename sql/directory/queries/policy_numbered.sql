select agora.policy_numbered($1::integer)
