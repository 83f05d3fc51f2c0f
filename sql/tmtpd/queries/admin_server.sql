select status, body from tmtp.admin_server($1::text::jsonb)
