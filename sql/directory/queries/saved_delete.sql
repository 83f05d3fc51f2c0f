select agora.saved_delete($1, $2)
