select body, etag
from agora.case_submit($1, $2, $3)
