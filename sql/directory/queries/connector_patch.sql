select body, etag
from agora.connector_patch($1, $2, $3, $4)
