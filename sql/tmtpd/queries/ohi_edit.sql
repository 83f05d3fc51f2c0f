-- OhiEdit: who of those named may be told of a user's presence, and the message for the user's own
-- nodes. $1 user; $2 uids; $3 whether they are dropped, which needs no permission; $4 whether the
-- others are told although one is refused; $5 whether all may be told; $6 and $7 the message, or 0.
-- `refused` is the first of $2, counted from 1, that may not be told. Rows: `place`, with `node` for
-- each of its nodes, of those who may be told; `own` for each node that has the message in its
-- queue. One row at least.
with named as materialized (
    select r.place, u.id as account, u.id is not null and ($5::boolean or exists (
        select from tmtp.permitted p where p.sender = $1::bigint and p.target = u.id)) as permitted
    from unnest($2::text[]) with ordinality as r (uid, place)
    left join tmtp.account u on u.uid = r.uid
), refused as materialized (
    select min(n.place) as place
    from named n
    where not n.permitted and not $3::boolean
        and not exists (select from tmtp.message m where m.id = $6::bigint)
), passed as materialized (
    select n.* from named n, refused r where n.permitted and (r.place is null or $4::boolean)
), own as materialized (
    select d.id as node
    from tmtp.node d, refused r
    where d.account = $1::bigint and $6::bigint <> 0 and r.place is null
), stored as (
    insert into tmtp.message (id, header, data, data_len)
    select $6::bigint, $7::bytea, '', 0 where exists (select from own)
    on conflict (id) do nothing
), queued as (
    insert into tmtp.queue (node, rank, message) select o.node, 1, $6::bigint from own o
    on conflict do nothing
)
select r.place as refused, t.place, t.node, t.own
from refused r
left join (
    select p.place, d.id as node, null::bigint as own
    from passed p
    left join tmtp.node d on d.account = p.account
    union all
    select null, null, o.node from own o) t on true
order by t.place
