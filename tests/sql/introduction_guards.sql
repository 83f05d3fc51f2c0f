-- Who may ask whom: each guard refuses with its code and field, and relation() says the same beforehand.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia,eve,fay,gus,hal,ida,jan,kim,leo,mia}'::text[]) n;
select pg_temp.member('new', 0), pg_temp.member('low', 1);

create function pg_temp.refuses(what text, code text, asker text, asked text, why text default 'Your work on joints is what we need.',
                                topic text default null, offer text default null) returns text language sql as $$
  select throws_ok(format('select pg_temp.ask(%L, %L, %L, %L, %L)', asker, asked, why, topic, offer), code, null, what)
$$;
create function pg_temp.can(viewer text, member text) returns boolean language sql as $$
  select (agora.relation(pg_temp.id(viewer), pg_temp.id(member)) ->> 'can_ask')::boolean
$$;
create function pg_temp.why_not(viewer text, member text) returns text language sql as $$
  select agora.relation(pg_temp.id(viewer), pg_temp.id(member)) ->> 'why_not'
$$;

-- who
select pg_temp.refuses('a member who is not verified cannot ask', 'AG002', 'new', 'bob');
select pg_temp.refuses('nor one below the level of the organisation', 'AG002', 'low', 'bob');
select pg_temp.refuses('a member below the level cannot be asked', 'AG003', 'ann', 'low');
select pg_temp.refuses('nobody can ask themselves', 'AG004', 'ann', 'ann');
select throws_ok($$ select agora.introduction_ask(pg_temp.id('ann'), 'no-such-member', 'advice', null, 'Your work on joints is what we need.', null, null) $$,
                 'AG004', null, 'nor somebody who is not there');
update agora.account set state = 'suspended' where id = pg_temp.id('leo');
select pg_temp.refuses('a suspended member cannot be asked', 'AG004', 'ann', 'leo');
select is(pg_temp.can('new', 'bob') or pg_temp.can('ann', 'low') or pg_temp.can('ann', 'ann'), false, 'relation() knows these obstacles');
select is(agora.relation(null, pg_temp.id('bob')) ->> 'can_ask', 'false', 'a visitor cannot ask');
select ok(pg_temp.can('ann', 'bob'), 'two verified members can');

-- note
select pg_temp.refuses('the note is not too short', 'AG004', 'ann', 'bob', 'Hello there.');
select pg_temp.refuses('the note is not too long', 'AG004', 'ann', 'bob', repeat('x', 281));
select pg_temp.refuses('no ' || what || ' in the note', 'AG004', 'ann', 'bob', 'Please see ' || note || ' for what we do.')
  from (values ('web address', 'https://a.example/x'), ('web address without https', 'www.example.org'), ('domain', 'our-firm.ch'),
               ('e-mail address', 'ann@example.org'), ('messenger link', 't.me/ann'), ('telephone number', '+41 44 123 45 67'),
               ('national number', '044 123 45 67'), ('American number', '(555) 123-4567')) v (what, note);
select pg_temp.refuses('no e-mail address in the offer', 'AG004', 'ann', 'bob', 'Your work on joints is what we need.', null, 'write a@b.org');
select lives_ok(format('select agora.introduction_check_note(%L, %L, 1, 280)', '/why', note), 'a note may say: ' || note)
  from unnest('{"We did EN 1995-1-1 tests in 2019-2024, see section 4.2.","About 1000000 cycles at 12 kN; 24/7.","e.g. glulam; cf. Blass et al."}'::text[]) note;
select pg_temp.refuses('the topic is one of the list', 'AG004', 'ann', 'bob', 'Your work on joints is what we need.', 'no-such-topic');

-- one open per pair
select pg_temp.ask('ann', 'bob') as i \gset
select pg_temp.refuses('one open request a pair', 'AG003', 'ann', 'bob');
select is(agora.relation(pg_temp.id('ann'), pg_temp.id('bob')) ->> 'state', 'sent', 'relation() says that it was sent');
select is(agora.relation(pg_temp.id('bob'), pg_temp.id('ann')) ->> 'state', 'received', 'and received');
select is(agora.relation(pg_temp.id('bob'), pg_temp.id('ann')) ->> 'introduction', :'i'::jsonb ->> 'id', 'and which');
select throws_ok(format($$ insert into agora.introduction (asker, asked, asker_person, asked_person, ask, why, expires_at)
                           select asked, asker, asked_person, asker_person, ask, why, expires_at from agora.introduction where id = %L $$,
                        :'i'::jsonb ->> 'id'), '23505', null, 'the table itself refuses a second one, whoever asks');

-- quota: open requests
select pg_temp.ask('ann', n) from unnest('{cem,dia,eve,fay}'::text[]) n;
select pg_temp.refuses('five open requests at once', 'AG006', 'ann', 'gus');
select is(agora.introduction_quota_json(pg_temp.id('ann'))::jsonb, '{"open": 5, "open_limit": 5, "left_this_week": 5}', 'the quota says so');
update agora.account set created_at = now() - interval '13 days' where id = pg_temp.id('bob');
select pg_temp.ask('bob', n) from unnest('{gus,hal}'::text[]) n;
select pg_temp.refuses('two in the first fourteen days', 'AG006', 'bob', 'ida');
select is(agora.introduction_quota_json(pg_temp.id('bob'))::jsonb ->> 'open_limit', '2', 'the quota of a new member says so');

-- quota: tokens
insert into agora.introduction_quota (person_id, tokens) values (agora.person_of(pg_temp.id('gus')), 1.5);
select pg_temp.ask('gus', 'hal') as i \gset
select pg_temp.refuses('without a token there is no request', 'AG006', 'gus', 'ida');
select ok(agora.introduction_quota_json(pg_temp.id('gus'))::jsonb ? 'next_at', 'the quota says when the next one comes');
select pg_temp.act('withdraw', 'gus', :'i');
select pg_temp.refuses('withdrawing returns no token', 'AG006', 'gus', 'ida');
update agora.introduction_quota set counted_at = counted_at - interval '6 hours' where person_id = agora.person_of(pg_temp.id('gus'));
select lives_ok($$ select pg_temp.ask('gus', 'ida') $$, 'two tokens a day are added');
select is(round(agora.introduction_tokens(agora.person_of(pg_temp.id('gus'))), 3), 0.000, 'and the request takes one');
update agora.introduction_quota set counted_at = counted_at - interval '1 year' where person_id = agora.person_of(pg_temp.id('gus'));
select is(agora.introduction_tokens(agora.person_of(pg_temp.id('gus'))), 10::numeric, 'never more than ten are saved');

-- an acceptance returns the token
insert into agora.introduction_quota (person_id, tokens) values (agora.person_of(pg_temp.id('hal')), 4);
select pg_temp.ask('hal', 'ida') as i \gset
select pg_temp.act('accept', 'ida', :'i');
select is(round(agora.introduction_tokens(agora.person_of(pg_temp.id('hal')))), 4::numeric, 'an acceptance returns the token');

-- capacity of the one asked
update agora.policy set value = '2' where key = 'introduction.open_asked';
select pg_temp.ask('ida', 'jan'), pg_temp.ask('kim', 'jan');
select pg_temp.refuses('a member who is full cannot be asked', 'AG003', 'mia', 'jan');
select is(pg_temp.can('mia', 'jan'), false, 'relation() says so');
select is(agora.introduction_quota_json(pg_temp.id('mia'))::jsonb ->> 'left_this_week', '10', 'a refused request takes no token');

-- conditions are looked at again when it is accepted
select pg_temp.ask('kim', 'mia') as i \gset
update agora.verification set verified_at = now() - interval '9 years', valid_until = now() - interval '1 day' where account_id = pg_temp.id('kim');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'accept', 'mia', :'i'), 'AG003', null, 'not when the asker is no longer verified');
select pg_temp.ask('mia', 'fay') as i \gset
update agora.verification set verified_at = now() - interval '9 years', valid_until = now() - interval '1 day' where account_id = pg_temp.id('fay');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'accept', 'fay', :'i'), 'AG002', null, 'nor when the one asked is not');
select is(pg_temp.see('fay', :'i'), 'received', 'a refused acceptance leaves it open');

select * from finish();
rollback;
