-- Users, aliases and nodes: every statement may run twice with the same ids, as it does after a lost answer.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event cascade;
select no_plan();

create function pg_temp.uid(c text) returns text language sql as $$ select rpad(upper(c), 32, '1') $$;
create function pg_temp.register(c text, alias text, subject text default null)
returns table (account bigint, node bigint, refused boolean, fault text) language sql as $$
    select * from tmtp.register(pg_temp.uid(c), sha256(c::bytea), 'laptop', alias, case when subject is not null then 'iss' end, subject,
        case when subject is not null then 'aud' end, null, false)
$$;

create temp table bb on commit drop as select * from pg_temp.register('bb', 'bb the first', 'sub-1');
select ok(account is not null and node is not null and not refused and fault is null, 'a user registers') from bb;
select is((select row(r.*)::text from pg_temp.register('bb', 'bb the first', 'sub-1') r), (select row(bb.*)::text from bb), 'twice is once');
select is((select count(*) from tmtp.event), 1::bigint, 'and one event');
select ok(refused, 'a subject has one account') from pg_temp.register('cc', null, 'sub-1');
select is((select count(*) from tmtp.account), 1::bigint, 'a refused one leaves nothing');
select is(fault, 'AddAlias: alias bb the first already taken', 'a taken alias is told') from pg_temp.register('dd', 'bb the first');
select is((select count(*) from tmtp.account), 2::bigint, 'and the user registers all the same');
select throws_ok($$ select pg_temp.register('éé', null) $$, '23514', null, 'a uid is of its form');

-- aliases
select is(fault, null, 'a further alias') from tmtp.alias_edit((select account from bb), 'bb the second', 100, 'x') limit 1;
select is(fault, null, 'an own one again is no error') from tmtp.alias_edit((select account from bb), 'bb the second', 101, 'x') limit 1;
select is((select count(*) from tmtp.event where type = 'alias'), 1::bigint, 'and no event');
select is(fault, 'AddAlias: alias bb the first already taken', 'another''s is')
from tmtp.alias_edit((select id from tmtp.account where uid = pg_temp.uid('dd')), 'bb the first', 102, 'x');
select results_eq($$ select message, rank from tmtp.queue order by message $$, $$ values (100::bigint, 0::smallint), (101, 0::smallint) $$,
    'own nodes are told, before other messages; of a refused one nobody is');
select is(tmtp.alias_add((select account from bb), 'bb the second'), null, 'once more');
select throws_ok($$ insert into tmtp.alias (name, account) select 'short', account from bb $$, '23514', null, 'an alias has 8 octets');
select throws_ok($$ insert into tmtp.alias (name, account) select repeat('x', 81), account from bb $$, '23514', null, 'and 80 characters at most');

-- nodes
create function pg_temp.node(label text, message bigint) returns setof text language sql as $$
    select fault from tmtp.node_edit((select account from bb), (select node from bb), label, sha256(label::bytea), 3, message, 'y')
$$;
select is(n, null, 'a second node') from pg_temp.node('two', 200) n limit 1;
select is(n, null, 'twice is once') from pg_temp.node('two', 200) n limit 1;
select is((select count(*) from tmtp.node where account = (select account from bb)), 2::bigint, 'two nodes');
select results_eq(
    $$ select q.message from tmtp.queue q join tmtp.node n on n.id = q.node where n.label = 'two' order by q.message $$,
    $$ values (100::bigint), (101), (200) $$, 'it has the queue of the one that asked, and the news of itself');
select is(n, null, 'a third') from pg_temp.node('three', 201) n limit 1;
select is(n, 'AddNode: a user has at most 3 nodes', 'not a fourth') from pg_temp.node('four', 202) n;

-- a barred one
insert into tmtp.message (id, header, data, data_len, upload) values (300, 'h', 'd', 10, 300);
insert into tmtp.part (upload, n, data) values (300, 1, 'more');
insert into tmtp.queue (node, rank, message) select id, 1, 300 from tmtp.node where label = 'three';
create temp table third on commit drop as select id from tmtp.node where label = 'three';
select results_eq($$ select r.status, r.node from third, tmtp.admin_node_delete(pg_temp.uid('dd'), third.id) r $$, $$ values (204, null::bigint) $$,
    'another''s device is not barred');
select results_eq($$ select r.status, r.node = third.id from third, tmtp.admin_node_delete(pg_temp.uid('bb'), third.id) r $$, $$ values (204, true) $$,
    'a device is barred');
select results_eq($$ select r.status, r.node from third, tmtp.admin_node_delete(pg_temp.uid('bb'), third.id) r $$, $$ values (204, null::bigint) $$,
    'twice is once');
select is(status, 404, 'nobody has devices') from third, tmtp.admin_node_delete(pg_temp.uid('zz'), third.id);
select is_empty($$ select from tmtp.message where id = 300 union all select from tmtp.part where upload = 300 $$, 'what was for it alone goes with it');
select isnt_empty($$ select from tmtp.message where id = 200 $$, 'what is for others stays');
select is((select detail ->> 'act' from tmtp.event order by n desc limit 1), 'removed', 'which is an event');
select is(fault, 'AddNode: this node was barred', 'it adds no other, though it asked before')
from third, tmtp.node_edit((select account from bb), third.id, 'late', sha256('late'), 9, 203, 'y');

-- services
select is(tmtp.service_add(pg_temp.uid('ff'), sha256('f1'), 'the service'), pg_temp.uid('ff'), 'a service');
select is(tmtp.service_add(pg_temp.uid('gg'), sha256('f2'), 'the service'), pg_temp.uid('ff'), 'again: a further node of it');
select is(tmtp.service_add(pg_temp.uid('gg'), sha256('f3'), 'bb the first'), null, 'never by the alias of a member');
select is((select array_agg(label) from tmtp.node n join tmtp.account a on a.id = n.account where a.service), '{service,service}', 'two nodes, one account');

select * from finish();
rollback;
