select uid
from agora.contact_stray($1, $2)
