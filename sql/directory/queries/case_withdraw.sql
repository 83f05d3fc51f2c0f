select body, etag
from agora.case_withdraw($1, $2)
