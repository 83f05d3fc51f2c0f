select body, etag from agora.policy_draft_put($1::uuid, $2, $3::jsonb, $4)
