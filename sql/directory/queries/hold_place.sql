select agora.hold_place($1, $2, $3, $4, $5)
