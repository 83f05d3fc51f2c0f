select body, etag
from agora.two_person_get($1, $2)
