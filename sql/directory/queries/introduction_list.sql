select agora.introduction_list($1, $2, $3, $4)
