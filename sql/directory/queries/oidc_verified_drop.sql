select agora.oidc_verified_drop($1, $2)
