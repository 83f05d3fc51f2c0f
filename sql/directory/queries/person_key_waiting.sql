select (agora.person_key_state() ->> 'waiting')::bigint
