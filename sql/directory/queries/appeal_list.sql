select agora.appeal_list($1, $2)
