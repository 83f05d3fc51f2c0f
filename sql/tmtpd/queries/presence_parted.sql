-- Who may no longer be told of whose presence, by the ends of contacts after event $1: `sender` was
-- told of by `target`'s `node`. Not when another contact has been granted since, nor when all may be
-- told ($2). `last` is how far the events go. One row at least.
with parted as materialized (
    select distinct s.id as sender, s.uid as sender_uid, t.id as target, t.uid as target_uid
    from tmtp.event e
    cross join lateral (values (e.detail -> 'uids' ->> 0, e.detail -> 'uids' ->> 1),
        (e.detail -> 'uids' ->> 1, e.detail -> 'uids' ->> 0)) as d (sender, target)
    join tmtp.account s on s.uid = d.sender
    join tmtp.account t on t.uid = d.target
    where e.n > $1::bigint and e.type = 'contact_ended' and not $2::boolean
)
select l.last, g.sender_uid as sender, g.target_uid as target, n.id as node
from (select coalesce(max(e.n), 0) as last from tmtp.event e) l
left join (
    select p.*
    from parted p
    where not exists (
        select from tmtp.permitted w where w.sender = p.sender and w.target = p.target)) g on true
left join tmtp.node n on n.account = g.target
order by g.sender, g.target
