select page, etag
from agora.member_page($1, $2, $3)
