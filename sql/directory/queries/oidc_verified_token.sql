select agora.oidc_verified_token($1)
