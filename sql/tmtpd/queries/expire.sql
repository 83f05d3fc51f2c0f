select after, more, node, gone, messages
from tmtp.expire($1::bigint * interval '1 microsecond', $2::bigint * interval '1 microsecond', $3::bigint, $4::integer, $5::integer)
