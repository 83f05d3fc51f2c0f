select agora.reset_ask($1, $2, $3, $4)
