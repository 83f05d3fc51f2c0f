-- Messages of a turn, with their recipients: each is queued for every node it is for, or for none.
-- $1..$8 are the messages (id, sender's account and node, alias it says it is from, frame of the
-- header, data or its first piece, octets of data, upload or 0), $9 which request each belongs to,
-- whose messages are all queued or none, $10 whether it goes to the sender's other nodes too;
-- $11..$13 the recipients (which message, counted from 1; name; what the name is: 0 an alias, 1 a
-- uid, 2 a group, 3 a group without the sender); $14 whether all may write to all; $15 and $16 how many
-- messages and octets a queue may hold.
-- One row a message and node; `refused` is the first recipient, counted over all from 1, whom the
-- sender may not name; `forged` says that the alias is not the sender's; `filled` is the first recipient whose
-- queue is full, where nobody is refused.
with message as materialized (
    select *
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[],
        $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[]) with ordinality
        as m (id, sender, node, alias, header, data, data_len, upload, request, own, n)
), recipient as materialized (
    select r.n, r.place, r.kind, m.id, m.request, m.sender,
        case when r.kind = 0 then l.account else u.id end as account, g.user_group
    from unnest($11::bigint[], $12::text[], $13::bigint[]) with ordinality as r (n, name, kind, place)
    join message m on m.n = r.n
    left join tmtp.account u on u.uid = r.name and r.kind = 1
    left join tmtp.alias l on l.name = r.name and r.kind <> 1
    left join tmtp.member g on g.user_group = l.user_group and g.account = m.sender
        and g.state = 'joined' and r.kind > 1
), refused as materialized (
    select r.request, min(r.place) as place
    from recipient r
    where r.user_group is null
        and (r.account is null or not ($14::boolean or exists (
            select from tmtp.permitted p where p.sender = r.sender and p.target = r.account)))
        -- A client answers in a group's thread to its author and to the group, which has the author in it.
        and not exists (
            select
            from recipient g
            join tmtp.member f on f.user_group = g.user_group and f.account = r.account and f.state = 'joined'
            where g.n = r.n)
        and not exists (select from tmtp.message m where m.id = r.id)
    group by r.request
), forged as materialized (
    select m.request
    from message m
    where m.alias is not null
        and not exists (select from tmtp.alias l where l.name = m.alias and l.account = m.sender)
), filled as materialized (
    select r.request, min(r.place) as place
    from recipient r
    where r.kind <= 1 and r.account <> r.sender and tmtp.queue_full(r.account, $15::bigint, $16::bigint)
        and not exists (select from tmtp.message m where m.id = r.id)
    group by r.request
), passed as materialized (
    select m.*
    from message m
    where not exists (select from refused r where r.request = m.request)
        and not exists (select from filled f where f.request = m.request)
        and not exists (select from forged f where f.request = m.request)
), target as materialized (
    select distinct p.n, p.id, d.id as node
    from passed p
    join (select n, account, true as named from recipient
        union all
        select r.n, g.account, true
        from recipient r
        join tmtp.member g on g.user_group = r.user_group and g.state = 'joined'
            and not (r.kind = 3 and g.account = r.sender)
        union all
        select n, sender, false from passed where own) t on t.n = p.n
    join tmtp.node d on d.account = t.account and (t.named or d.id <> p.node)
), stored as (
    insert into tmtp.message (id, header, data, data_len, upload)
    select p.id, p.header, p.data, p.data_len, nullif(p.upload, 0)
    from passed p
    where exists (select from target t where t.n = p.n)
    on conflict (id) do nothing
), queued as (
    insert into tmtp.queue (node, rank, message)
    select t.node, 1, t.id from target t
    on conflict do nothing
), begun as (
    update tmtp.contact c
    set first = null
    from passed p
    join recipient r on r.n = p.n and r.kind = 1
    where c.a = least(p.sender, r.account) and c.b = greatest(p.sender, r.account) and c.first = p.sender
)
select m.n, r.place as refused, f.request is not null as forged, t.node, u.place as filled
from message m
left join refused r on r.request = m.request
left join forged f on f.request = m.request
left join filled u on u.request = m.request
left join target t on t.n = m.n
order by m.n, t.node
