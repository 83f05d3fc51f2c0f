select agora.oidc_userinfo($1)
