select id, kind, attempts, action
from agora.outbox_claim($1, $2)
