select mine, etag
from agora.profile_mine($1)
