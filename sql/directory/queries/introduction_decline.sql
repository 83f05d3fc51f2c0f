select agora.introduction_decline($1, $2, $3)
