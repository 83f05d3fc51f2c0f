select agora.sitemap($1, $2)
