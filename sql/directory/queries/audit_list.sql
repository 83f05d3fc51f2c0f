select line
from agora.audit_list($1)
