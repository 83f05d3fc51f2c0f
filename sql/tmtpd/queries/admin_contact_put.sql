select status, body from tmtp.admin_contact_put($1::text, $2::text, $3::text, $4::text, $5::text)
