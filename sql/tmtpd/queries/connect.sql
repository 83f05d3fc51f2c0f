-- First statement of a connection: one server a database, of the version the program knows, and a
-- block of message ids that no other has had.
select pg_try_advisory_lock(7406, 0) as alone,
    (select count(*) from tmtp.migration) as version,
    nextval('tmtp.id_block') as id_block
