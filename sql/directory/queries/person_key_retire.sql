select agora.person_key_retire($1)
