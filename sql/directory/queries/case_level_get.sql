select agora.case_level_get($1::uuid, $2::uuid)
