select agora.receipt_end($1, $2)
