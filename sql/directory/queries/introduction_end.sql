select agora.introduction_end($1, $2, $3)
