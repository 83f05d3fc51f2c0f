select agora.receipt_status($1)
