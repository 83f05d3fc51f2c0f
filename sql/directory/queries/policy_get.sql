select body, etag from agora.policy_get($1::uuid, $2::integer)
