select place, id, label, by_id
from agora.topic_find($1)
order by place, n
