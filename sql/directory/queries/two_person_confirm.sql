select agora.two_person_confirm($1, $2, $3)
