select body, etag
from agora.case_check_record($1, $2, $3, $4, $5, $6, $7)
