select height, head
from agora.audit_head()
