select agora.introduction_withdraw($1, $2)
