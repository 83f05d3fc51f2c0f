select last_node, last_id, emptied
from tmtp.log_sweep($1::smallint, $2::bigint, $3::bigint, $4::integer)
