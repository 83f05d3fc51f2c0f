select agora.two_person_list($1, $2, $3)
