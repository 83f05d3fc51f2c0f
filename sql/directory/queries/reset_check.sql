select agora.reset_check($1, $2, $3)
