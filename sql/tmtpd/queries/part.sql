insert into tmtp.part (upload, n, data) values ($1::bigint, $2::integer, $3::bytea)
on conflict (upload, n) do nothing
