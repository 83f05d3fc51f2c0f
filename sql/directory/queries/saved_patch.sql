select agora.saved_patch($1, $2, $3, $4, $5)
