-- Where a sender's messages to a uid go: the nodes of that user, if the sender may write to them without a condition
-- that ends with the first message (then only post.sql decides). $1..$3 are the sender's uid, the other, and
-- whether all may write to all; $4 and $5 how many messages and octets a queue may hold, for to one that
-- is full there is no short way. One row a way and node, counted from 1; `until` in microseconds since 1970.
select w.n, d.id as node, (extract(epoch from c.until) * 1000000)::bigint as until_us
from unnest($1::text[], $2::text[]) with ordinality as w (sender, uid, n)
join tmtp.account s on s.uid = w.sender
join tmtp.account t on t.uid = w.uid
left join tmtp.contact c on c.a = least(s.id, t.id) and c.b = greatest(s.id, t.id)
join tmtp.node d on d.account = t.id
where c.first is null
    and ($3::boolean or exists (select from tmtp.permitted p where p.sender = s.id and p.target = t.id))
    and (t.id = s.id or not tmtp.queue_full(t.id, $4::bigint, $5::bigint))
order by w.n, d.id
