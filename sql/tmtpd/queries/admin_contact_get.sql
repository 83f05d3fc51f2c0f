select status, body from tmtp.admin_contact_get($1::text, $2::text)
