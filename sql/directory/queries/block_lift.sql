select agora.block_lift($1, $2)
