select place, id, label
from agora.topic_find($1)
order by place, n
