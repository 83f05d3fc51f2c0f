select mine, etag
from agora.profile_patch($1, $2, $3)
