select agora.application_confirm($1, $2, $3)
