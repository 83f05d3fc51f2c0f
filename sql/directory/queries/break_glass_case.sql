select agora.break_glass_case($1, $2)
