select body, etag
from agora.case_refer($1, $2, $3, $4, $5)
