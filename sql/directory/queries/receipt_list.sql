select agora.receipt_list($1)
