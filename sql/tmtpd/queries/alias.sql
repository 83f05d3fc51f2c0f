select fault, node from tmtp.alias_edit($1::bigint, $2::text, $3::bigint, $4::bytea)
