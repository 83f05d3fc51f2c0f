-- What the scorer found belongs to exactly the snapshot that it found it from, and to a policy: the one
-- that was promised, or a newer one where that gives more.
begin;
set local search_path = public, pg_temp;

create function pg_temp.account(name text) returns uuid language plpgsql as $$
declare
  person uuid := agora.new_id();
  made uuid;
begin
  insert into agora.person (id) values (person);
  insert into agora.account (person_id, email, handle, given_name, family_name, state)
  values (person, name || '@score.example', 'score-' || name, name, 'Example', 'active') returning id into made;
  return made;
end $$;

create temp table it as select pg_temp.account('member') as member, agora.new_id() as id;
insert into agora.vcase (id, account_id, person_id, level, actor) select id, member, agora.case_person(member), 3, member from it;

create function pg_temp.found(level integer, policy integer default 1, until integer default null) returns void language sql as $$
  select agora.evaluation_store(id, agora.case_hash(id), policy, jsonb_build_object('level', level, 'policy_version', policy), until) from it
$$;
create function pg_temp.level() returns text language plpgsql as $$
begin
  return (select agora.case_level(id) ->> 'level' from it);
exception when sqlstate 'AG301' then
  return 'not scored';
end $$;

select no_plan();

select is(pg_temp.level(), 'not scored', 'a case that was never scored has no level');
select is((select agora.case_level_shown(id) from it), null, 'who looks at it sees none');
select is((select string_agg(number::text, ',') from it, agora.evaluation_wanted(id)), '1', 'it is to be scored under the policy that holds');
select pg_temp.found(2);
select is(pg_temp.level(), '2', 'once scored it has one');
select is((select count(*) from it, agora.evaluation_wanted(id)), 0::bigint, 'and is not scored again');
insert into agora.claim (person_id, case_id, name, value) select agora.case_person(member), id, 'given_name', 'Ada' from it;
select is(pg_temp.level(), 'not scored', 'a change of the case makes it void');
select pg_temp.found(3);
select is((select count(*) from it join agora.evaluation e on e.case_id = it.id), 1::bigint, 'what was found before is dropped');

-- Time passes.
select pg_temp.found(3, 1, current_date - date '1970-01-01');
select is(pg_temp.level(), 'not scored', 'what holds until today does not hold today');
select pg_temp.found(3, 1, current_date - date '1970-01-01' + 1);
select is(pg_temp.level(), '3', 'what holds until tomorrow does');

-- A newer policy.
update agora.vcase set submitted_at = now(), due_at = now(), version = version + 1 from it where vcase.id = it.id;
select is((select c.policy_version from agora.vcase c join it using (id)), 1, 'a case keeps the policy under which it was sent');
update agora.policy_version set state = 'retired', retired_at = now() where number = 1;
insert into agora.policy_version (number, policy, state, published_at) values (2, '{}', 'published', now());
select pg_temp.found(2);
select is(pg_temp.level(), 'not scored', 'it is scored under both');
select is((select string_agg(number::text, ',') from it, agora.evaluation_wanted(id)), '2', 'the newer is asked for');
select pg_temp.found(3, 2);
select is(pg_temp.level(), '3', 'a newer policy may raise it');
select pg_temp.found(1, 2);
select is(pg_temp.level(), '2', 'but never lower what was promised');
select pg_temp.found(2, 2);
select is((select agora.case_level(id) ->> 'policy_version' from it), '1', 'where both give the same, the promised one is named');

select * from finish();
rollback;
