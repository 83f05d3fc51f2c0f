select agora.reset_confirm($1, $2, $3, $4, $5)
