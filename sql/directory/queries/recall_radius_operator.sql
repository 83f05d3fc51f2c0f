select what, n
from agora.recall_radius_operator($1)
