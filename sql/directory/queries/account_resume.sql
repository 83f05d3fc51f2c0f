select agora.account_resume($1)
