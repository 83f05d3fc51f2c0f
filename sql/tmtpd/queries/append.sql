-- Messages of a turn for nodes that are known, a row a node. $1 is the part of the ring they go to; $6 says that
-- the statement may have run before and its answer was lost.
insert into tmtp.log (slot, node, id, header, data)
select $1::smallint, m.node, m.id, m.header, m.data
from unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) as m (node, id, header, data)
where not $6::boolean or not exists (select from tmtp.log l where l.node = m.node and l.id = m.id)
