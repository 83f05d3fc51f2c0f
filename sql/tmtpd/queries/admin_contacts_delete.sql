select tmtp.contacts_delete($1::text[], $2::text[])
