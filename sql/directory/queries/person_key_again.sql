select agora.person_key_again()
