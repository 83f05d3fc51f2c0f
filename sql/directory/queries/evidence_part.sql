select received, octets
from agora.evidence_part($1, $2, $3, $4, $5)
