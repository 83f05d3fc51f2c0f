select id, kind, settings, target, token, to_jsonb(handles), claims
from agora.check_claim($1)
