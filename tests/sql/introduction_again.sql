-- What becomes of a second try: requests that cross, a second thought, cool-downs. Persons, not accounts.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia,eve,fay,gus,hal}'::text[]) n;

create function pg_temp.may(asker text, asked text) returns boolean language sql as $$
  select (agora.relation(pg_temp.id(asker), pg_temp.id(asked)) ->> 'can_ask')::boolean
$$;

-- requests that cross
select pg_temp.ask('ann', 'bob') as i \gset
select pg_temp.ask('bob', 'ann') as j \gset
select is(:'j'::jsonb ->> 'id', :'i'::jsonb ->> 'id', 'asking back while being asked answers that request');
select is(:'j'::jsonb ->> 'state', 'connecting', 'and accepts it');
select is(round(agora.introduction_tokens(agora.person_of(pg_temp.id('bob')))), 10::numeric, 'which takes no token');

-- asked after an own decline
select pg_temp.ask('ann', 'cem') as i \gset
select pg_temp.act('decline', 'cem', :'i');
select pg_temp.later(:'i', '29 days');
select agora.introductions_lapse(100);
select ok(pg_temp.may('cem', 'ann'), 'who declined may ask in turn');
select is(pg_temp.ask('cem', 'ann') ->> 'id', :'i'::jsonb ->> 'id', 'within thirty days that accepts the old request');
select is(pg_temp.see('ann', :'i'), 'connecting', 'the asker sees it connecting');

-- ignored, then asked in turn
select pg_temp.ask('ann', 'dia') as i \gset
select pg_temp.later(:'i', '25 days');
select agora.introductions_lapse(100);
select is(pg_temp.ask('dia', 'ann') ->> 'id', :'i'::jsonb ->> 'id', 'an ignored request of the last thirty days is accepted too');

-- too old: asked afresh
select pg_temp.ask('ann', 'eve') as i \gset
select pg_temp.act('decline', 'eve', :'i');
select pg_temp.later(:'i', '31 days');
select agora.introductions_lapse(100);
select pg_temp.ask('eve', 'ann') as j \gset
select isnt(:'j'::jsonb ->> 'id', :'i'::jsonb ->> 'id', 'an older one is not: the other is asked afresh');
select is(:'j'::jsonb ->> 'state', 'sent', 'and must answer');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'accept', 'eve', :'i'), 'AG003', null, 'nor can an older decline be taken back');

-- withdrawn: not consent any more
select pg_temp.ask('bob', 'cem') as i \gset
select pg_temp.act('decline', 'cem', :'i');
select pg_temp.act('withdraw', 'bob', :'i');
select is(pg_temp.ask('cem', 'bob') ->> 'state', 'sent', 'a withdrawn request is no consent');

-- a second thought
select pg_temp.ask('bob', 'dia') as i \gset
select pg_temp.act('decline', 'dia', :'i');
select is(pg_temp.act('see', 'dia', :'i') -> 'can', '["accept", "block"]', 'a decline can be taken back');
select is(pg_temp.act('accept', 'dia', :'i') ->> 'state', 'connecting', 'by accepting');

-- cool-downs
select pg_temp.ask('cem', 'dia') as i \gset
select pg_temp.act('decline', 'dia', :'i');
select pg_temp.later(:'i', '179 days');
select agora.introductions_lapse(100);
select is(pg_temp.may('cem', 'dia'), false, 'no second request for 180 days after a decline');
select pg_temp.later(:'i', '1 day');
select ok(pg_temp.may('cem', 'dia'), 'then it may be tried again');

select pg_temp.ask('cem', 'eve') as i \gset
select pg_temp.later(:'i', '110 days');
select agora.introductions_lapse(100);
select is(pg_temp.may('cem', 'eve'), false, 'nor for 90 days after an expiry');
select pg_temp.later(:'i', '1 day');
select ok(pg_temp.may('cem', 'eve'), 'then once more');
select pg_temp.ask('cem', 'eve') as i \gset
select pg_temp.later(:'i', '5 years');
select agora.introductions_lapse(100);
select is(pg_temp.may('cem', 'eve'), false, 'a second expiry is an answer');

select pg_temp.ask('dia', 'eve') as i \gset
select pg_temp.act('withdraw', 'dia', :'i');
select pg_temp.later(:'i', '20 days');
select is(pg_temp.may('dia', 'eve'), false, 'nor for 21 days after withdrawing');
select pg_temp.later(:'i', '1 day');
select ok(pg_temp.may('dia', 'eve'), 'then it may');
select ok(pg_temp.may('eve', 'dia'), 'and the other may at any time');

select pg_temp.ask('fay', 'gus') as i \gset
select pg_temp.act('accept', 'gus', :'i');
select pg_temp.act('end_and_tell', 'gus', :'i');
select pg_temp.later(:'i', '364 days');
select is(pg_temp.may('fay', 'gus'), false, 'nor for a year after the other has ended the contact');
select ok(pg_temp.may('gus', 'fay'), 'but who ended it may at once');
select pg_temp.later(:'i', '1 day');
select ok(pg_temp.may('fay', 'gus'), 'then both may');

-- a second account of the same person
select pg_temp.ask('gus', 'hal') as i \gset
select pg_temp.act('decline', 'hal', :'i');
select pg_temp.later(:'i', '30 days');
select agora.introductions_lapse(100);
insert into agora.account (person_id, email, handle, given_name, family_name, state)
  select person_id, 'second@example.org', 'second-gus', 'Gus', 'Second', 'active' from agora.account where id = pg_temp.id('gus');
insert into who select 'second', id, handle from agora.account where handle = 'second-gus';
select is(agora.member_level(pg_temp.id('second')), 2, 'a second account is as verified as the first');
select is(pg_temp.may('second', 'hal'), false, 'and inherits its cool-downs');
select throws_ok($$ select pg_temp.ask('second', 'hal') $$, 'AG003', null, 'in asking too');

-- suspension, revocation
select pg_temp.ask('hal', 'ann') as open \gset
select pg_temp.ask('dia', 'hal') as accepted \gset
select pg_temp.act('accept', 'hal', :'accepted');
select pg_temp.told();
select is(agora.introductions_cancel(pg_temp.id('hal'), 'suspended'), 2::bigint, 'a suspension ends what is open');
select is(pg_temp.state(:'open') || ' ' || pg_temp.state(:'accepted'), 'cancelled ended', 'requests are cancelled, what was being granted is ended');
select throws_ok(format('select pg_temp.see(%L, %L)', 'ann', :'open'), 'AG001', null, 'the one asked does not see the request any more');
select is(pg_temp.see('dia', :'accepted'), 'ended', 'and the other sees the end');
select is(agora.introductions_cancel(pg_temp.id('hal'), 'suspended'), 0::bigint, 'once');
select pg_temp.link(n) from unnest('{ann,bob}'::text[]) n;
select pg_temp.work();
select agora.introductions_cancel(pg_temp.id('bob'), 'suspended');
select ok(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), 'a suspension leaves contacts as they are');
select is(agora.introductions_cancel(pg_temp.id('bob'), 'fraud_confirmed'), 1::bigint, 'a fraud ends them');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), false, 'at once');
select is(pg_temp.work(), '{end}', 'on the server too');

select * from finish();
rollback;
