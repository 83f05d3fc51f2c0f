select body, etag
from agora.case_claims_put($1, $2, $3, $4)
