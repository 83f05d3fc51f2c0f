-- Messages of a turn, with their recipients: each is queued for every node it is for, or for none.
-- $1..$8 are the messages (id, sender's account and node, alias it says it is from, frame of the
-- header, data or its first piece, octets of data, upload or 0); $9..$11 the recipients (which
-- message, counted from 1; uid or alias; whether it is an alias); $12 whether all may write to all.
-- One row a message and node; `refused` is the first recipient, counted over all from 1, whom the
-- sender may not name; `forged` says that the alias is not the sender's.
with message as materialized (
    select *
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[],
        $7::bigint[], $8::bigint[]) with ordinality
        as m (id, sender, node, alias, header, data, data_len, upload, n)
), recipient as materialized (
    select r.n, r.place, r.by_alias, coalesce(u.id, l.account) as account
    from unnest($9::bigint[], $10::text[], $11::boolean[]) with ordinality as r (n, name, by_alias, place)
    left join tmtp.account u on u.uid = r.name and not r.by_alias
    left join tmtp.alias l on l.name = r.name and r.by_alias
), refused as materialized (
    select r.n, min(r.place) as place
    from recipient r
    join message m on m.n = r.n
    join tmtp.account s on s.id = m.sender
    left join tmtp.account t on t.id = r.account
    left join tmtp.contact c on c.a = least(m.sender, r.account) and c.b = greatest(m.sender, r.account)
        and (c.until is null or c.until > now()) and (c.first is null or c.first = m.sender)
    where t.id is null or not ($12::boolean or t.id = s.id or t.service or s.service or c.a is not null)
    group by r.n
), forged as materialized (
    select m.n
    from message m
    where m.alias is not null
        and not exists (select from tmtp.alias l where l.name = m.alias and l.account = m.sender)
), passed as materialized (
    select m.*
    from message m
    where not exists (select from refused r where r.n = m.n)
        and not exists (select from forged f where f.n = m.n)
), target as materialized (
    select distinct p.n, p.id, d.id as node
    from passed p
    join (select n, account, true as named from recipient
        union all
        select n, sender, false from passed) t on t.n = p.n
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
    join recipient r on r.n = p.n and not r.by_alias
    where c.a = least(p.sender, r.account) and c.b = greatest(p.sender, r.account) and c.first = p.sender
)
select m.n, r.place as refused, f.n is not null as forged, t.node
from message m
left join refused r on r.n = m.n
left join forged f on f.n = m.n
left join target t on t.n = m.n
order by m.n, t.node
