-- A row for each, in their order.
select status, body
from tmtp.admin_contacts_put($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
