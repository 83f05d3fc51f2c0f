select status, answer, etag
from agora.idempotency_claim($1, $2, $3, $4)
