-- A block ends everything between two persons, holds both ways and for every account, and tells nobody.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia}'::text[]) n;
select pg_temp.link(n) from unnest('{ann,bob,cem,dia}'::text[]) n;
create function pg_temp.block(blocker text, blocked text) returns void language sql as $$
  select agora.block_add(pg_temp.id(blocker), (select handle from who where name = blocked))
$$;

-- a contact
select pg_temp.ask('ann', 'bob') as i \gset
select pg_temp.act('accept', 'bob', :'i');
select pg_temp.work();
select pg_temp.told();
select pg_temp.block('bob', 'ann');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), false, 'a block ends the contact');
select is(pg_temp.work(), '{end}', 'on the server too');
select is(pg_temp.see('bob', :'i'), 'ended', 'who blocks sees it ended');
select is(pg_temp.see('ann', :'i'), 'connected', 'the other sees no change');
select is(pg_temp.told(), '{bob}', 'and is not told');
select ok(agora.is_blocked(pg_temp.id('ann'), pg_temp.id('bob')) and agora.is_blocked(pg_temp.id('bob'), pg_temp.id('ann')), 'it holds both ways');
select is(agora.member_card(pg_temp.id('ann'), pg_temp.id('bob')), null, 'each is gone for the other');
select is(agora.member_card(pg_temp.id('bob'), pg_temp.id('ann')), null, 'both ways');
select throws_ok($$ select pg_temp.ask('bob', 'ann') $$, 'AG003', null, 'who blocks cannot ask before lifting the block');
select lives_ok($$ select pg_temp.block('bob', 'ann') $$, 'blocking twice is no error');
select is((select count(*) from agora.audit_event where action = 'block.add'), 1::bigint, 'and recorded once');
select is(agora.block_list(pg_temp.id('bob'))::jsonb #>> '{items,0,shown_name}', 'Ann Test', 'the list names whom one has blocked');
select is(agora.block_list(pg_temp.id('ann'))::jsonb, '{"items": []}', 'and nobody sees by whom they are');

-- an open request, blocked by its asker
select pg_temp.ask('cem', 'bob') as i \gset
select pg_temp.told();
select pg_temp.block('cem', 'bob');
select is(pg_temp.see('cem', :'i'), 'withdrawn', 'a request is withdrawn by its asker''s block');
select throws_ok(format('select pg_temp.see(%L, %L)', 'bob', :'i'), 'AG001', null, 'and gone for the one asked');

-- while it is being granted
select pg_temp.ask('dia', 'bob') as i \gset
select pg_temp.act('accept', 'bob', :'i');
select pg_temp.block('dia', 'bob');
select is(pg_temp.work(), '{}', 'a grant that waits is not carried out after a block');
select is(pg_temp.see('bob', :'i'), 'ended', 'who waited to be connected sees that it ended');

-- blocked between acceptance and grant, behind the functions' back
select pg_temp.ask('ann', 'dia') as i \gset
select pg_temp.act('accept', 'dia', :'i');
insert into agora.block (blocker_person, blocked_person, blocker, blocked)
  select agora.person_of(pg_temp.id('dia')), agora.person_of(pg_temp.id('ann')), pg_temp.id('dia'), pg_temp.id('ann');
select is(pg_temp.work(), '{}', 'the worker looks again just before it grants');
select is(pg_temp.state(:'i'), 'ended', 'and ends what may not be any more');

-- every account of the person
insert into agora.account (person_id, email, handle, given_name, family_name, state)
  select person_id, 'second@example.org', 'second-ann', 'Ann', 'Second', 'active' from agora.account where id = pg_temp.id('ann');
select ok(agora.is_blocked((select id from agora.account where handle = 'second-ann'), pg_temp.id('bob')), 'a later account of the person is blocked too');
select throws_ok($$ select agora.introduction_ask((select id from agora.account where handle = 'second-ann'),
  (select handle from who where name = 'bob'), 'advice', null, 'Your work on joints is what we need.', null, null) $$, 'AG004', null,
  'and finds nobody to ask');

-- lifting
select agora.block_lift(pg_temp.id('bob'), (select handle from who where name = 'ann'));
select is(agora.is_blocked(pg_temp.id('ann'), pg_temp.id('bob')), false, 'a block can be lifted');
select lives_ok($$ select agora.block_lift(pg_temp.id('bob'), (select handle from who where name = 'ann')) $$, 'twice is no error');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), false, 'what it ended stays ended');
select throws_ok($$ select pg_temp.block('bob', 'bob') $$, 'AG003', null, 'nobody can block themselves');
select throws_ok($$ select agora.block_add(pg_temp.id('bob'), 'no-such-member') $$, 'AG001', null, 'nor somebody who is not there');

select * from finish();
rollback;
