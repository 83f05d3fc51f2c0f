select fault, known_as, node
from tmtp.group_edit($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::bytea)
