select agora.policy_simulation_tell($1::uuid, $2::bigint, $3::bigint)
