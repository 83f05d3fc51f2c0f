select build, portions
from agora.search_rebuild_begin()
