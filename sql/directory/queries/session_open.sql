select session, lasts
from agora.session_open($1, $2, $3, $4)
