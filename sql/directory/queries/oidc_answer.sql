select redirect_uri, state
from agora.oidc_answer($1, $2, $3, $4)
