select body, etag
from agora.case_get($1, $2)
