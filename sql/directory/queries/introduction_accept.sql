select agora.introduction_accept($1, $2)
