select agora.public_page($1)
