select agora.duplicate_apart($1, $2, $3, $4)
