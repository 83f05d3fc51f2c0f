select agora.block_list($1)
