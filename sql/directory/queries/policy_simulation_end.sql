select agora.policy_simulation_end($1::uuid, $2::jsonb)
