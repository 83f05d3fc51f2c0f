select agora.account_suspend($1, $2)
