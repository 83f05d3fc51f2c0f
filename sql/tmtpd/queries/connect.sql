-- First statement of a connection: one server a database, with one connection of each use ($1), of the version the
-- program knows, and a block of message ids that no other has had.
select pg_try_advisory_lock(7406, $1::integer) as alone,
    (select count(*) from tmtp.migration) as version,
    nextval('tmtp.id_block') as id_block
