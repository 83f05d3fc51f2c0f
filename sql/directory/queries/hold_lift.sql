select agora.hold_lift($1, $2)
