select agora.member_leaf($1, $2)
