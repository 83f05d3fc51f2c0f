select session, account, roles, authenticated_us
from agora.session_use($1)
