select agora.statistics($1, $2, $3)
