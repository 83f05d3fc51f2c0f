select agora.block_add($1, $2)
