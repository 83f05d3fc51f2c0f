select agora.vouches_of_case($1, $2)
