select status, body from tmtp.admin_contact_delete($1::text, $2::text)
