select name, sha256
from agora.migration
order by name
