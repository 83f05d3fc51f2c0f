select agora.code_begin($1, $2)
