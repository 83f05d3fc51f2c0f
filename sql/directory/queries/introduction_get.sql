select agora.introduction_get($1, $2)
