select tmtp.service_add($1::text, $2::bytea, $3::text)
