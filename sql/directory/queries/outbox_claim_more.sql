select id, action
from agora.outbox_claim_more($1, $2, $3)
