select agora.introductions_remind($1)
