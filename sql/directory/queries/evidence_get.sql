select body, received, octets
from agora.evidence_get($1, $2)
