select body, etag
from agora.case_session_choose($1, $2, $3, agora.time_of($4))
