select agora.two_person_ask($1, $2, $3, $4)
