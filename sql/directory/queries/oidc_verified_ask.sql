select label, value
from agora.oidc_verified_ask($1, $2, $3)
