select agora.saved_looked($1, $2)
