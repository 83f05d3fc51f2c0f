select agora.policy_simulate($1::uuid, $2::integer)
