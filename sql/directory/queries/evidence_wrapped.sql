select id, master, bound_to, wrapped
from agora.evidence_wrapped($1, $2)
