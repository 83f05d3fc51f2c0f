select body, etag
from agora.case_session_end($1, $2, $3, $4)
