select agora.vouch_list($1)
