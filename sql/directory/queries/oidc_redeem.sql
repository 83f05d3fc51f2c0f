select account, shown_name, scope, nonce, auth_time
from agora.oidc_redeem($1, $2, $3, $4, $5)
