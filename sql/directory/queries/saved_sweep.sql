select agora.saved_sweep($1, $2, $3)
