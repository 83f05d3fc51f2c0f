select members, found
from agora.example_count($1, $2)
