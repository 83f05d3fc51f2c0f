select body, etag
from agora.case_second_check($1, $2, $3, $4, $5)
