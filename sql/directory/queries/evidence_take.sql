select id, attempt, octets, master, key_id, bound_to, wrapped
from agora.evidence_take($1)
