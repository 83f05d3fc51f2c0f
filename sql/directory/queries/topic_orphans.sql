select c.id, c.label
from agora.topic_orphan_list($1) c
