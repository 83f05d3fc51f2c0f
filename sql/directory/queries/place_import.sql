select added, changed
from agora.place_import($1)
