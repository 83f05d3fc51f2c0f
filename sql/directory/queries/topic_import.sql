select added, changed
from agora.topic_import($1, $2)
