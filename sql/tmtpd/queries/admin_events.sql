select status, body, found from tmtp.admin_events($1::bigint, $2::integer)
