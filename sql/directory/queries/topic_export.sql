select id, lines
from agora.topic_export($1, $2, $3)
order by id
