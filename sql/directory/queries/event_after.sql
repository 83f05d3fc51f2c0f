select id, account_id, kind, data
from agora.event_after($1)
