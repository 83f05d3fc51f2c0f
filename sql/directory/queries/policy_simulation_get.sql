select agora.policy_simulation_get($1::uuid, $2::uuid)
