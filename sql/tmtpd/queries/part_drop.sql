delete from tmtp.part where upload = $1::bigint
