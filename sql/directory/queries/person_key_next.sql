select source, changed, kind, about, material
from agora.person_key_next($1, $2)
