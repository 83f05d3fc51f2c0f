select fault, node
from tmtp.node_edit($1::bigint, $2::bigint, $3::text, $4::bytea, $5::integer, $6::bigint, $7::bytea)
