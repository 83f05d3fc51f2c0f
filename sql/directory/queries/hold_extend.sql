select agora.hold_extend($1, $2, $3)
