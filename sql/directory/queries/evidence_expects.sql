select received, octets, master, key_id, bound_to, wrapped
from agora.evidence_expects($1, $2)
