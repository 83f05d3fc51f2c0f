select agora.member_introducers($1, $2)
