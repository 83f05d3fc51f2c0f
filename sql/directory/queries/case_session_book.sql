select body, etag
from agora.case_session_book($1, $2, $3, agora.times_of($4), $5, $6)
