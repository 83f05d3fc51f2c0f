select status, body from tmtp.admin_user_list($1::text, $2::text, $3::text, $4::integer)
