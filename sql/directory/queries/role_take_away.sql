select agora.role_take_away($1, $2, $3, $4)
