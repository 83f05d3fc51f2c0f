-- What each node is to get: the message named (0: the first of its queue).
select w.node, m.id, m.header, m.data, m.data_len, coalesce(m.upload, 0) as upload
from unnest($1::bigint[], $2::bigint[]) as w (node, message)
cross join lateral (
    select q.message
    from tmtp.queue q
    where q.node = w.node and (w.message = 0 or q.message = w.message)
    order by q.rank, q.message
    limit 1
) q
join tmtp.message m on m.id = q.message
