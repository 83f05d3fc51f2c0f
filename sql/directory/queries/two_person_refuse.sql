select agora.two_person_refuse($1, $2, $3)
