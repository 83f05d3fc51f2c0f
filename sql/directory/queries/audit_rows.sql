select seq, hashed, previous_hash, hash
from agora.audit_rows($1, $2)
