select master, key_id, bound_to, wrapped, media_type, octets
from agora.evidence_look($1, $2, $3)
