select agora.evaluation_store($1::uuid, $2, $3::integer, $4::jsonb, $5::integer)
