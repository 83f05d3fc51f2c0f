select agora.person_key_put($1, $2, $3, $4, $5, $6)
