select introductions, contacts, outbox
from agora.check_counts()
