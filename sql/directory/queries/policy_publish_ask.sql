select agora.policy_publish_ask($1::uuid, $2::integer, $3, $4)
