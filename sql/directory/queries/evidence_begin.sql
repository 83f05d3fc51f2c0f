select body, file
from agora.evidence_begin($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'))
