select body, etag
from agora.case_open($1, $2, $3)
