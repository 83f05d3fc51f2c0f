select id, subject, mapping, file
from agora.roster_claim($1)
