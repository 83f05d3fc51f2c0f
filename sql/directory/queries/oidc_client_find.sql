select name, scopes
from agora.oidc_client_find($1, $2)
