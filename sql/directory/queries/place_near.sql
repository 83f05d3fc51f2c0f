select term
from agora.place_near($1, $2) term
