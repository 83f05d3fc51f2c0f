-- A node logs in. $3 are users who tell this one of their presence, as far as the server knows; one
-- row for each that still may ($4: all may), in order, and one row at least when the login is right.
with node as (
    update tmtp.node n
    set online = true, seen = now()
    from tmtp.account a
    where a.id = n.account and a.uid = $1::text and n.secret = $2::bytea and a.state = 'active'
    returning n.account, n.id
)
select n.account, n.id as node, t.account as teller
from node n
left join unnest($3::bigint[]) as t (account) on $4::boolean or exists (
    select from tmtp.permitted p where p.sender = t.account and p.target = n.account)
order by t.account
