-- What goes by age, what stays, and what is told of it, a piece at a time.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.message, tmtp.log, tmtp.event cascade;
select no_plan();

-- Alice writes; Bobby has a laptop, a phone and a tablet. Each function below is in pg_temp.
create function pg_temp.user_of(letter text) returns bigint language sql as $$
  insert into tmtp.account (uid) values (repeat(letter, 32)) returning id
$$;
create function pg_temp.node_of(owner bigint, label text, seen interval, online boolean default false) returns bigint language sql as $$
  insert into tmtp.node (account, label, secret, seen, online)
  values (owner, label, sha256(convert_to(owner || label, 'UTF8')), now() - seen, online) returning id
$$;
create function pg_temp.post(message bigint, sender text, age interval, variadic nodes bigint[]) returns void language sql as $$
  insert into tmtp.message (id, header, data, data_len)
  select message, convert_to('00ff' || format('{"from":"%s","posted":"%s"}', repeat(sender, 32), tmtp.ts(now() - age)), 'UTF8'), 'x', 1;
  insert into tmtp.queue (node, rank, message) select n, 1, message from unnest(nodes) n
$$;
create function pg_temp.log(message bigint, sender text, age interval, variadic nodes bigint[]) returns void language sql as $$
  insert into tmtp.log (slot, node, id, header, data)
  select 2, n, message, convert_to('00ff' || format('{"from":"%s","posted":"%s"}', repeat(sender, 32), tmtp.ts(now() - age)), 'UTF8'), 'x'
  from unnest(nodes) n
$$;
create function pg_temp.told(what text) returns setof jsonb language sql as $$
  select detail from tmtp.event where type::text = what order by n
$$;
create temp table who as
  select pg_temp.user_of('B') as alice, pg_temp.user_of('C') as bobby;
create temp table device as
  select pg_temp.node_of(bobby, 'laptop', '1 day') as laptop, pg_temp.node_of(bobby, 'phone', '100 days') as phone,
         pg_temp.node_of(bobby, 'tablet', '200 days', true) as tablet, pg_temp.node_of(alice, 'only', '300 days') as only
    from who;

-- Nodes
select pg_temp.post(i, case when i <= 3 then 'B' else 'D' end, '1 hour', phone, laptop) from device, generate_series(1, 4) i;
select pg_temp.log(5, 'D', '1 hour', phone, laptop), pg_temp.log(6, 'C', '1 hour', phone, laptop) from device;
select results_eq(
  $$select node = (select phone from device), gone, messages, more from tmtp.expire('90 days', null, 0, 500, 100)$$,
  $$values (true, true, 6::bigint, true)$$, 'an unused node goes with its queue, and the round goes on');
select results_eq(
  $$select node, more from tmtp.expire('90 days', null, (select phone from device), 500, 100)$$,
  $$values (null::bigint, false)$$, 'neither one that is there, however old, nor a user''s last one');
select is((select count(*) from tmtp.node n, device d where n.id = d.phone), 0::bigint, 'it is not there any more');
select is((select count(*) from tmtp.queue_entries((select laptop from device), 100)), 6::bigint, 'another node keeps its queue');
select is((select count(*) from tmtp.message), 4::bigint, 'and with it the messages');
select is(pg_temp.told('node_expired') - 'node', jsonb_build_object('uid', repeat('C', 32), 'label', 'phone', 'messages', 6, 'senders',
  jsonb_build_array(jsonb_build_object('uid', repeat('B', 32), 'messages', 3), jsonb_build_object('uid', repeat('D', 32), 'messages', 2))),
  'it is told whose, which, and how many messages of whom, own ones apart');
select is((select count(*) from tmtp.expire('90 days', null, 0, 500, 100) where node is not null), 0::bigint, 'once');
select is((select count(*) from tmtp.expire(null, null, 0, 500, 100) where node is not null), 0::bigint, 'without an age nothing goes');

update tmtp.node set online = false, seen = now() - interval '400 days' where id in (select tablet from device);
update tmtp.node set seen = now() - interval '400 days' where id in (select laptop from device);
select is((select node from tmtp.expire('90 days', null, 0, 500, 100)), (select laptop from device),
  'of two that are equally old the one added last stays');
select is((select count(*) from tmtp.expire('90 days', null, 0, 500, 100) where node is not null), 0::bigint, 'as the last one');
select is((select count(*) from tmtp.message), 0::bigint, 'a message goes with the last queue it was in');
select is((select count(*) from tmtp.log), 0::bigint, 'and an entry of the log with its node');

-- A long queue of a node
create temp table long as select pg_temp.node_of(bobby, 'long', '500 days') as node from who;
select pg_temp.post(10 + i, 'B', '1 hour', node) from long, generate_series(1, 7, 2) i;
select pg_temp.log(10 + i, 'B', '1 hour', node) from long, generate_series(2, 7, 2) i;
select results_eq(
  $$select node = (select node from long), gone, messages, more, after = (select node - 1 from long) from tmtp.expire('90 days', null, 0, 500, 3)$$,
  $$values (true, false, 3::bigint, true, true)$$, 'of a long queue a piece goes, the node stays, and is next again');
select results_eq(
  $$select message from tmtp.queue_entries((select node from long), 100)$$, $$values (14::bigint), (15), (16), (17)$$, 'the oldest goes first');
select results_eq($$select messages, gone from tmtp.expire('90 days', null, 0, 500, 3)$$, $$values (3::bigint, false)$$, 'the second piece');
select results_eq(
  $$select node = (select node from long), gone, messages from tmtp.expire('90 days', null, 0, 500, 3)$$,
  $$values (true, true, 1::bigint)$$, 'with the last the node goes');
select is((select sum((d ->> 'messages')::int) from pg_temp.told('queue_expired') d), 6::bigint, 'the pieces are told as of its queue');
select results_eq($$select after = (select min(id) from tmtp.node), more from tmtp.expire('90 days', null, 0, 1, 3)$$,
  $$values (true, true)$$, 'no more nodes are looked at than was said');

-- Queues
create temp table fresh as
  select pg_temp.node_of(bobby, 'here', '0', true) as here, pg_temp.node_of(bobby, 'away', '1 hour') as away from who;
select pg_temp.post(100, 'B', '40 days', here, away), pg_temp.log(101, 'B', '35 days', here, away), pg_temp.post(102, 'B', '1 day', away),
  pg_temp.log(103, 'B', '1 day', away)
  from fresh;
select results_eq(
  $$select node = (select away from fresh), gone, messages, more from tmtp.expire(null, '30 days', 0, 500, 100)$$,
  $$values (true, false, 2::bigint, true)$$, 'old messages of a node that is away go');
select results_eq($$select message from tmtp.queue_entries((select away from fresh), 100)$$, $$values (102::bigint), (103)$$, 'young ones stay');
select results_eq($$select message from tmtp.queue_entries((select here from fresh), 100)$$, $$values (100::bigint), (101)$$,
  'a node that is there keeps what is old');
select is((select count(*) from tmtp.message), 2::bigint, 'a message stays while another queue has it');
select results_eq($$select node, messages, more from tmtp.expire(null, '30 days', 0, 500, 100)$$,
  $$values (null::bigint, null::bigint, false)$$, 'a second time nothing goes');
select is((select detail from tmtp.event order by n desc limit 1) - 'node', jsonb_build_object('uid', repeat('C', 32), 'label', 'away',
  'messages', 2, 'senders', jsonb_build_array(jsonb_build_object('uid', repeat('B', 32), 'messages', 2))), 'it is told whose queue and whose messages');
update tmtp.mark set acked = 101 where node in (select here from fresh);
update tmtp.node set online = false where id in (select here from fresh);
select results_eq($$select messages from tmtp.expire(null, '30 days', 0, 500, 100)$$, $$values (1::bigint)$$,
  'what is behind a node''s mark of the log is none of its queue');

-- What a client has put into a header
create function pg_temp.header(more text) returns bytea language sql as $$
  select convert_to('0020{"alias":' || more || ',"datalen":0,"from":"it","headsum":1,"posted":"2026-01-31T10:00:00.000Z"}', 'UTF8')
$$;
select is(tmtp.message_text(pg_temp.header(t), 'from'), 'it', 'the sender is found beside ' || t)
  from unnest(array['"\u0000"', '"\"from\":\"other\""', '"from"', '"é"']) t;
select is(tmtp.message_text(pg_temp.header('"x"'), 'posted')::timestamptz, '2026-01-31T10:00:00Z'::timestamptz, 'and when it was posted');
select is(tmtp.message_text(pg_temp.header('"x"'), 'gone'), null, 'what is not there is null');

select * from finish();
rollback;
