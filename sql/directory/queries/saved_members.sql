select page, wait from agora.saved_members($1, $2, $3, $4)
