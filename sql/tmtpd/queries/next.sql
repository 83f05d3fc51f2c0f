-- What nodes are to get: the message named, or when none is (0) the first of the queue, with those behind it up to
-- $3 messages and $4 octets in all. Those of the log are behind the node's mark. `found` is how many there are up to
-- $3, whatever their octets. One row a message, in order, of the nodes counted from 1.
select w.n, m.id, m.rank, m.logged, m.header, m.data, m.data_len, m.upload, m.found
from unnest($1::bigint[], $2::bigint[]) with ordinality as w (node, message, n)
cross join lateral (
    select c.*, count(*) over () as found,
        sum(octet_length(c.header) + octet_length(c.data)) over (order by c.rank, c.id) as octets
    from (
        (select q.rank, m.id, false as logged, m.header, m.data, m.data_len, coalesce(m.upload, 0) as upload
        from tmtp.queue q
        join tmtp.message m on m.id = q.message
        where q.node = w.node and (w.message = 0 or q.message = w.message)
        order by q.rank, q.message
        limit case w.message when 0 then $3::integer else 1 end)
        union all
        (select 1, l.id, true, l.header, l.data, octet_length(l.data), 0
        from tmtp.log l
        where l.node = w.node and l.id > (select k.acked from tmtp.mark k where k.node = w.node)
            and (w.message = 0 or l.id = w.message)
        order by l.id
        limit case w.message when 0 then $3::integer else 1 end)
        order by 1, 2
        limit $3::integer
    ) c
) m
where m.octets <= $4::bigint or m.octets = octet_length(m.header) + octet_length(m.data)
order by w.n, m.rank, m.id
