select members, strata
from agora.search_rebuild_end($1)
