select status, body from tmtp.admin_user_get($1::text)
