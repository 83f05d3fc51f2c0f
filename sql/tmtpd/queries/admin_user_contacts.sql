select status, body from tmtp.admin_user_contacts($1::text, $2::text, $3::integer)
