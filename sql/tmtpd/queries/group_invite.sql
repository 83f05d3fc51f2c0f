select fault, refused, message, node
from tmtp.group_invite($1::bigint, $2::bigint, $3::text, $4::text, $5::text, $6::boolean, $7::integer,
    $8::bigint, $9::bytea, $10::bytea, $11::bigint, $12::bytea)
