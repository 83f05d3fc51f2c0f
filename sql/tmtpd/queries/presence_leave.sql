-- Nodes of those who are still to be told that a user has left: $1 who has left, $2 whom to tell,
-- $3 whether all may be told. `place` counts the pairs from 1.
select w.place, d.id as node
from unnest($1::bigint[], $2::bigint[]) with ordinality as w (sender, target, place)
join tmtp.node d on d.account = w.target
where $3::boolean or exists (
    select from tmtp.permitted p where p.sender = w.sender and p.target = w.target)
order by w.place
