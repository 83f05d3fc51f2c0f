select wait, account, password
from agora.sign_in_begin($1, $2)
