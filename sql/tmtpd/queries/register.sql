select account, node, refused, fault
from tmtp.register($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::text,
    to_timestamp($8::bigint), $9::boolean)
