select agora.introductions_lapse($1)
