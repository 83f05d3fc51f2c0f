select data from tmtp.part where upload = $1::bigint and n = $2::integer
