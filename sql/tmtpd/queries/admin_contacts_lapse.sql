select tmtp.contacts_lapse($1::integer)
