-- The log of plain posts: a mark a node, rows behind it, and parts that become free.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event, tmtp.message, tmtp.log cascade;
select no_plan();

do $$ begin
    perform tmtp.register(rpad(n, 32, '1'), sha256(n::bytea), 'laptop', null, null, null, null, null, false)
    from unnest('{BB,CC,DD}'::text[]) n;
end $$;
create function pg_temp.node(name text) returns bigint language sql as $$
    select n.id from tmtp.node n join tmtp.account a on a.id = n.account where a.uid = rpad(name, 32, '1')
$$;
create function pg_temp.queued(name text) returns bigint[] language sql as $$
    select coalesce(array_agg(q.message order by q.message), '{}') from tmtp.queue q where q.node = pg_temp.node(name)
$$;
create function pg_temp.logged(name text) returns bigint[] language sql as $$
    select coalesce(array_agg(l.id order by l.id), '{}') from tmtp.log l where l.node = pg_temp.node(name)
$$;

select is((select count(*) from tmtp.mark where acked = 0), 3::bigint, 'every node begins with a mark of its own');

insert into tmtp.log (slot, node, id, header, data)
select 1, pg_temp.node(name), id, 'head', name::bytea
from (values ('BB', 1), ('CC', 1), ('BB', 2), ('CC', 3), ('DD', 4)) as v (name, id);
insert into tmtp.log (slot, node, id, header, data) values (1, 0, 5, 'head', 'of a node that is barred');
insert into tmtp.log (slot, node, id, header, data) values (2, pg_temp.node('BB'), 6, 'head', 'later');
update tmtp.mark set acked = 1 where node = pg_temp.node('BB');
update tmtp.mark set acked = 3 where node = pg_temp.node('CC');

select is((select emptied from tmtp.log_sweep(1::smallint, 0, 0, 100)), false, 'a part with rows behind a mark is not emptied at once');
select is(pg_temp.queued('BB'), '{2}', 'what a node has not read is moved to its queue');
select is(pg_temp.logged('BB'), '{1,6}', 'and out of the log, so that it is there once; other parts stay');
select is(pg_temp.queued('CC'), '{}', 'what it has read is not');
select is(pg_temp.queued('DD'), '{4}', 'of each node');
select is((select convert_from(data, 'UTF8') from tmtp.message where id = 4), 'DD', 'with its data');
select is((select emptied from tmtp.log_sweep(1::smallint, pg_temp.node('DD'), 5, 100)), true, 'then it is emptied');
select is((select count(*) from tmtp.log where slot = 1), 0::bigint, 'of all its rows');
select is((select emptied from tmtp.log_sweep(1::smallint, 0, 0, 100)), true, 'an empty part is emptied again without harm');

insert into tmtp.log (slot, node, id, header, data)
select 3, pg_temp.node('CC'), id, 'head', 'data' from generate_series(10, 19) id;
select results_eq(
    $$ select last_id, emptied from tmtp.log_sweep(3::smallint, 0, 0, 4) $$, $$ values (13::bigint, false) $$, 'a step looks at so many rows');
select is(pg_temp.queued('CC'), '{10,11,12,13}', 'and moves those');
select results_eq(
    $$ select last_id, emptied from tmtp.log_sweep(3::smallint, pg_temp.node('CC'), 13, 100) $$, $$ values (19::bigint, false) $$,
    'the next goes on behind them');

insert into tmtp.log (slot, node, id, header, data) values (0, pg_temp.node('CC'), 30, 'head', 'both');
do $$ begin
    perform tmtp.log_copy(pg_temp.node('CC'), pg_temp.node('DD'));
    perform tmtp.log_copy(pg_temp.node('CC'), pg_temp.node('DD'));
end $$;
select is(pg_temp.queued('DD'), '{4,30}', 'a copy of what a node has not read of the log goes into the other''s queue, once');
select is(pg_temp.logged('CC'), '{30}', 'and stays the first''s');

create function pg_temp.full(name text, most bigint, most_octets bigint) returns boolean language sql as $$
    select tmtp.queue_full(a.id, most, most_octets) from tmtp.account a where a.uid = rpad(name, 32, '1')
$$;
select ok(not pg_temp.full('DD', 3, 1000), 'a queue is not full before it has so many messages');
select ok(pg_temp.full('DD', 2, 1000), 'with so many it is');
select ok(pg_temp.full('CC', 5, 1000), 'those of the log and those beside it together');
select ok(pg_temp.full('DD', 3, 14), 'and by octets, headers too');
select ok(not pg_temp.full('DD', 3, 15), 'from that number on');

select * from finish();
rollback;
