-- A policy is published by two, exactly as it was simulated; the one before is retired and kept.
begin;
set local search_path = public, pg_temp;

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language plpgsql as $$
declare
  person uuid := agora.new_id();
  made uuid;
begin
  insert into agora.person (id) values (person);
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@policy.example', 'policy-' || name, name, 'Example', 'active', roles) returning id into made;
  return made;
end $$;
create function pg_temp.refusal(statement text) returns text language plpgsql as $$
begin
  execute statement;
  return 'done';
exception when others then
  return sqlstate;
end $$;

create temp table who as
  select pg_temp.account('adam', '{admin}') as adam, pg_temp.account('berta', '{admin}') as berta,
         pg_temp.account('vera', '{verifier}') as vera, pg_temp.account('member') as member;

create function pg_temp.simulated() returns void language sql as $$
  insert into agora.policy_simulation (number, version, policy, state, result, asked_by)
  select p.number, p.version, p.policy, 'done', '{"lose":3,"members":10}', adam from agora.policy_version p, who where p.state = 'draft'
$$;
create function pg_temp.asked(by uuid) returns text language plpgsql as $$
begin
  return agora.policy_publish_ask(by, 2, null, 'As the board has decided.')::jsonb ->> 'act';
exception when others then
  return sqlstate;
end $$;

select no_plan();

select is(pg_temp.refusal(format('select agora.policy_draft_put(%L, null, %L, null)', vera, '{}')), 'AG002', 'a verifier writes no policy') from who;
select is(pg_temp.refusal(format('select agora.policy_draft_put(%L, null, %L, null)', member, '{}')), 'AG002', 'nor does a member') from who;
select is(pg_temp.refusal(format('select agora.policy_list(%L)', vera)), 'AG002', 'nor do they read them') from who;
select is(pg_temp.refusal(format('select agora.policy_simulate(%L, 1)', vera)), 'AG002', 'nor simulate one') from who;

select lives_ok(format('select agora.policy_draft_put(%L, null, %L, %L)', adam, '{"a":1}', 'A trial.'), 'an admin writes a draft') from who;
select is(pg_temp.refusal(format('select agora.policy_draft_put(%L, ''7'', %L, null)', berta, '{"a":2}')), 'AG005', 'an old version of it is refused') from who;
select is((select count(*) from agora.policy_version where state = 'draft'), 1::bigint, 'there is one draft');
select is(pg_temp.asked(adam), 'AG003', 'a draft that was not simulated is not published') from who;
select pg_temp.simulated();
select is(pg_temp.asked(vera), 'AG002', 'nor at the wish of a verifier') from who;
create temp table act as select pg_temp.asked(adam)::uuid as id from who;
select matches(agora.publish_policy_words('{"number": 2}'), '3 of 10 members would lose', 'the second person reads who would lose');
select is(pg_temp.refusal(format('select agora.two_person_confirm(%L, %L)', adam, act.id)), 'AG002', 'who asked does not confirm') from who, act;
select is(pg_temp.refusal(format('select agora.two_person_confirm(%L, %L)', vera, act.id)), 'AG001', 'to a verifier there is no such act') from who, act;
select is(agora.policy_current(), 1, 'until then nothing holds but what held');

select agora.policy_draft_put(adam, null, '{"a":3}', null) from who;
select is(pg_temp.refusal(format('select agora.two_person_confirm(%L, %L)', berta, act.id)), 'AG004', 'a draft that was changed meanwhile is not published') from who, act;
select agora.policy_draft_put(adam, null, '{"a":1}', null) from who;
select is(pg_temp.refusal(format('select agora.two_person_confirm(%L, %L)', berta, act.id)), 'AG003', 'nor one that was put back and not simulated again') from who, act;
select pg_temp.simulated();
select lives_ok(format('select agora.two_person_confirm(%L, %L)', berta, act.id), 'as it was asked for, it is') from who, act;
select is(agora.policy_current(), 2, 'and holds');
select is((select state from agora.policy_version where number = 1), 'retired', 'the one before is kept');
select is((select p.published_by from agora.policy_version p where number = 2), array[adam, berta], 'who published it is kept') from who;
select is(pg_temp.asked(adam), 'AG003', 'it is published once') from who;

select * from finish();
rollback;
