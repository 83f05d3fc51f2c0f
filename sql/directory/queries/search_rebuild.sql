select members, strata
from agora.search_rebuild()
