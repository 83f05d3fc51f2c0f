select body, etag
from agora.case_second($1, $2, $3, $4, $5, $6)
