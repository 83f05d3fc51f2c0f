select shown_name, email, allowed
from agora.oidc_ask($1, $2, $3, $4, $5, $6, $7, $8)
