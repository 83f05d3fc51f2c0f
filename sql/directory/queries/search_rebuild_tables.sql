select count(*)
from agora.search_rebuild_tables()
