select body, etag
from agora.case_take_next($1)
