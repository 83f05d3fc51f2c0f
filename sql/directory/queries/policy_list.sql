select agora.policy_list($1::uuid)
