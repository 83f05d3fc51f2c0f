select body, etag
from agora.connector_try($1, $2, $3, $4, $5, $6)
