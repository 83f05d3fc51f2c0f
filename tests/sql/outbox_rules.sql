-- The outbox: claimed under a lease, in order, tried again with growing pauses, never lost, never twice at once.
begin;
\ir lib/introductions.psql
select no_plan();

delete from agora.outbox;
select agora.outbox_add('mail', 'one', '{"n": 1, "text": "code 1234"}') as first \gset
select pg_sleep(0.002);
select agora.outbox_add('mail', 'one', '{"n": 2}') as second \gset
select pg_sleep(0.002);
select agora.outbox_add('mail', 'two', '{"n": 3}') as third \gset

-- claim
select is((select id from agora.outbox_claim('{grant,end}', 30)), null, 'a courier takes rows of its kinds only');
select is((select (id, attempts)::text from agora.outbox_claim('{mail}', 30)), format('(%s,1)', :'first'), 'the oldest first');
select is((select id from agora.outbox_claim('{mail}', 30)), :'third', 'rows of one key wait for each other, others do not');
select is((select id from agora.outbox_claim('{mail}', 30)), null, 'what is under way is not taken twice');
select agora.outbox_settle(:'first', '{"to": "ok"}');
select is((select payload from agora.outbox where id = :'first'), '{"n": 1}', 'the words of an e-mail are not kept');
select is((select id from agora.outbox_claim('{mail}', 30)), :'second', 'the next of the key follows when the one before is settled');

-- a worker that died
update agora.outbox set lease_until = now() - interval '1 second' where id = :'second';
select is((select (id, attempts)::text from agora.outbox_claim('{mail}', 30)), format('(%s,2)', :'second'), 'a row whose lease ran out is taken again');
select agora.outbox_settle(:'second', null);
select lives_ok(format('select agora.outbox_settle(%L, %L)', :'second', '{"again": true}'), 'settling twice, as two workers would, is no error');
select is((select result from agora.outbox where id = :'second'), null, 'and changes nothing');

-- a row that is kept at the last moment, and threads that come back to say that they were posted
select ok(agora.outbox_keep(:'third', 60), 'a row under way can be kept');
select ok((select lease_until > now() + interval '50 seconds' from agora.outbox where id = :'third'), 'for longer');
select ok(not agora.outbox_keep(:'second', 60), 'one that was settled meanwhile must be left alone');
select agora.outbox_add('tell', 'told ' || s, jsonb_build_object('introduction', agora.new_id())) as id, s as state
  into temp back from unnest(enum_range(null::agora.outbox_state)) s;
update agora.outbox o set state = t.state from back t where t.id = o.id;
select ok(not bool_or(agora.outbox_keep(t.id, 60)), 'so must one that was put back, given up or superseded') from back t where t.state <> 'running';
select agora.outbox_settle(t.id, '{"thread": "1"}') from back t;
select agora.outbox_settle(t.id, '{"thread": "2"}') from back t;
select is(array_agg(distinct o.state || ' ' || coalesce(o.result ->> 'thread', '-')), '{done -,done 1}', 'what came back is done, whatever was thought of it, and the first time counts')
  from agora.outbox o join back t on t.id = o.id;
select lives_ok(format('select agora.outbox_settle(%L, %L)', agora.new_id(), '{}'), 'a row that was forgotten long ago is no error');
delete from agora.outbox o using back t where t.id = o.id;

-- failing
select agora.outbox_fail(:'third', 'away', false);
select is((select state::text from agora.outbox where id = :'third'), 'waiting', 'a failure is tried again');
select ok((select next_at > now() and next_at < now() + interval '2 seconds' from agora.outbox where id = :'third'), 'after about a second at first');
select is((select id from agora.outbox_claim('{mail}', 30)), null, 'and not before');
select ok(agora.outbox_wait('{mail}') between 1 and 2000, 'the courier knows how long to sleep');
select ok(max(extract(epoch from agora.outbox_delay('grant', n))) <= 75 and min(extract(epoch from agora.outbox_delay('grant', n))) >= 0.75,
          'pauses end at about a minute for the TMTP server') from generate_series(1, 100) n;
select ok(extract(epoch from agora.outbox_delay('mail', 99)) between 2700 and 4500, 'and at about an hour for e-mail');
select ok(stddev(extract(epoch from agora.outbox_delay('grant', 5))) > 0, 'no two wait alike') from generate_series(1, 20);
update agora.outbox set state = 'running', attempts = 20 where id = :'third';
select agora.outbox_fail(:'third', 'away', false);
select is((select state::text from agora.outbox where id = :'third'), 'failed', 'an e-mail is given up after many tries');
select agora.outbox_add('end', 'three', jsonb_build_object('introduction', agora.new_id())) as fourth \gset
update agora.outbox set state = 'running', attempts = 1000 where id = :'fourth';
select agora.outbox_fail(:'fourth', 'away', false);
select is((select state::text from agora.outbox where id = :'fourth'), 'waiting', 'what concerns the TMTP server never');

-- the server is back
select agora.outbox_wake();
select ok((select next_at <= now() from agora.outbox where id = :'fourth'), 'when the TMTP server is back its rows are due at once');
select is(agora.outbox_wait('{end}'), 0, 'and the courier does not sleep');
select is((select id from agora.outbox_claim('{end}', 30)), null, 'a row with nothing left to do is not given out');
select is((select state::text from agora.outbox where id = :'fourth'), 'superseded', 'but superseded');

-- the admin
select pg_temp.member('adam');
select is(agora.outbox_list('failed', 20, null)::jsonb #>> '{items,0,last_error}', 'away', 'the admin sees why a row failed');
select is((select array_agg(distinct k) from jsonb_object_keys(agora.outbox_list('failed', 20, null)::jsonb #> '{items,0}') k where k in ('payload', 'result')), null,
          'and nothing of what is in it');
select lives_ok(format('select agora.outbox_retry(%L, %L)', pg_temp.id('adam'), :'third'), 'and can have it tried again');
select is((select (id, attempts)::text from agora.outbox_claim('{mail}', 30)), format('(%s,1)', :'third'), 'now');
select throws_ok(format('select agora.outbox_retry(%L, %L)', pg_temp.id('adam'), :'second'), 'AG003', null, 'what is done is not tried again');
select throws_ok(format('select agora.outbox_retry(%L, %L)', pg_temp.id('adam'), agora.new_id()), 'AG001', null, 'nor what is not there');
select is(jsonb_array_length(agora.outbox_list('waiting', 20, null)::jsonb -> 'items'),
          (select count(*)::integer from agora.outbox where state in ('waiting', 'running')), 'what waits can be listed too');
select throws_ok($$ select agora.outbox_list('waiting', 20, 'x') $$, 'AG004', null, 'a cursor must be one of ours');

-- pages
delete from agora.outbox;
select agora.outbox_add('mail', n::text, '{}') from generate_series(1, 5) n;
update agora.outbox set state = 'failed';
select agora.outbox_list('failed', 2, null)::jsonb as page \gset
select is(jsonb_array_length(:'page'::jsonb -> 'items'), 2, 'a page has as many rows as asked for');
select is(jsonb_array_length(agora.outbox_list('failed', 20, :'page'::jsonb ->> 'next')::jsonb -> 'items'), 3, 'the next one has the rest');

-- forgetting
update agora.outbox set state = 'done', done_at = now() - interval '8 days';
select is(agora.outbox_prune(), 5::bigint, 'what is done is forgotten after a week');

select * from finish();
rollback;
