select body, etag
from agora.connector_add($1, $2, $3, $4, $5, $6)
