select status, body
from tmtp.admin_contacts_batch($1::text, $2::bytea, $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[])
