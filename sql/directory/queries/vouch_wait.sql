select body, etag
from agora.vouch_wait($1, $2, $3)
