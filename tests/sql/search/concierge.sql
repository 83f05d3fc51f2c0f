-- Questions to the organisation.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{ann,bob,vera,adam}'::text[]) n;
update agora.account set roles = '{verifier}' where id = pg_temp.id('vera');
update agora.account set roles = '{admin}' where id = pg_temp.id('adam');
create function pg_temp.ask(name text, words text) returns jsonb language sql as $$
  select agora.concierge_ask(pg_temp.id(name), 'glaciers', '{}', '{CH}', 2::smallint, null, null, words)::jsonb
$$;
create function pg_temp.open(name text) returns jsonb language sql as $$ select agora.concierge_list(pg_temp.id(name), false)::jsonb -> 'items' $$;

create temp table asked as select pg_temp.ask('ann', 'Who knows about permafrost?') as c;
select is(c - 'id' - 'asked_at', '{"q": "glaciers", "topics": [], "countries": ["CH"], "level": 2, "words": "Who knows about permafrost?"}', 'a question is kept with its search') from asked;
select is((select array_agg(distinct e.account_id order by e.account_id) from agora.event e where e.kind = 'concierge'),
          (select array_agg(id order by id) from who where name in ('vera', 'adam')), 'verifiers and admins are told');
select is(pg_temp.open('vera') #>> '{0,asked_by,shown_name}', 'Ann Testperson', 'they see who asks');
select is(jsonb_array_length(pg_temp.open('adam')), 1, 'admins too');
select throws_ok($$select pg_temp.open('bob')$$, 'AG002', null, 'members do not');
select throws_ok(format($$select agora.concierge_answer(pg_temp.id('bob'), %L, 'x')$$, c ->> 'id'), 'AG002', null, 'nor do they answer') from asked;
select pg_temp.ask('vera', 'And me?');
select is(jsonb_array_length(pg_temp.open('vera')), 1, 'one''s own is not on the list');
select throws_ok(format($$select agora.concierge_answer(pg_temp.id('vera'), %L, 'x')$$, (select id from agora.concierge where account_id = pg_temp.id('vera'))), 'AG001', null, 'nor answered');
select is(agora.concierge_answer(pg_temp.id('vera'), (c ->> 'id')::uuid, E'Ask Bob.\nHe does.')::jsonb ->> 'answer', E'Ask Bob.\nHe does.', 'another''s is') from asked;
select is((select o.payload ->> 'text' from agora.outbox o where o.kind = 'mail' order by o.id desc limit 1) ~ E'\n    Ask Bob\\.\n    He does\\.\n', true, 'the answer goes out by e-mail');
select is(agora.concierge_mine(pg_temp.id('ann'))::jsonb #>> '{items,0,answer}', E'Ask Bob.\nHe does.', 'and stands on the member''s page');
select ok(not agora.concierge_mine(pg_temp.id('ann'))::jsonb -> 'items' -> 0 ? 'answered_by', 'without who answered');
select throws_ok(format($$select agora.concierge_answer(pg_temp.id('adam'), %L, 'x')$$, c ->> 'id'), 'AG003', null, 'once') from asked;
select is(jsonb_array_length(agora.concierge_list(pg_temp.id('adam'), true)::jsonb -> 'items'), 1, 'it is among the answered ones');
select pg_temp.ask('ann', 'one'), pg_temp.ask('ann', 'two'), pg_temp.ask('ann', 'three');
select throws_ok($$select pg_temp.ask('ann', 'four')$$, 'AG003', null, 'more than three open ones are refused');
update agora.concierge set asked_at = now() - interval '181 days';
select agora.saved_prune();
select is_empty('select from agora.concierge', 'after half a year they are forgotten');

select * from finish();
rollback;
