-- The snapshot: canonical, and its hash changes with whatever a decision rests on, with nothing else.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language plpgsql as $$
declare
  person uuid := agora.new_id();
  made uuid;
begin
  insert into agora.person (id) values (person);
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@snapshot.example', 'snapshot-' || name, name, 'Example', 'active', roles)
  returning id into made;
  return made;
end $$;

create temp table it as
  select pg_temp.account('member') as member, pg_temp.account('verifier', '{verifier}') as verifier,
         agora.new_id() as id, agora.new_id() as passport, agora.new_id() as entry;
insert into agora.vcase (id, account_id, person_id, level, actor)
select id, member, agora.case_person(member), 3, member from it;
insert into agora.claim (person_id, case_id, name, value)
select agora.case_person(member), id, n, 'x' from it, unnest('{given_name,family_name}'::text[]) n;
insert into agora.evidence (id, case_id, type, subtype, added_at)
select passport, id, 'document', 'passport', now() from it
union all select entry, id, 'electronic_record', 'x_professional_register', now() + interval '1 second' from it;

-- What one change does to the hash; the change is undone.
create function pg_temp.changes(statement text) returns boolean language plpgsql as $$
declare
  wanted uuid := (select id from it);
  before text := agora.case_hash(wanted);
  after text;
begin
  begin
    execute statement;
    after := agora.case_hash(wanted);
    raise exception using errcode = 'AG999';
  exception when sqlstate 'AG999' then
    return before <> after;
  end;
end $$;

select no_plan();

select matches(agora.case_hash(id), '^[0-9a-f]{64}$', 'the hash is SHA-256 in hex') from it;
select is(agora.case_hash(id), encode(sha256(convert_to(agora.case_snapshot(id)::text, 'UTF8')), 'hex'), 'of the snapshot as text') from it;
select is(agora.case_hash(agora.new_id()), null, 'a case that is not there has none');
select is((select string_agg(key, ' ' order by key) from jsonb_object_keys(agora.case_snapshot(id)) key),
          'case claims contact_method duplicates evidence level person policy_version', 'what is in it') from it;
select is(jsonb_path_query_array(agora.case_snapshot(id), '$.evidence[*].subtype'), '["passport", "x_professional_register"]',
          'evidence stands in the order in which it was named') from it;

select is(pg_temp.changes(statement), changes, name)
  from (values
    ('update agora.claim set value = ''y'' where name = ''given_name'' and case_id = (select id from it)', true, 'a claim that changes changes it'),
    ('delete from agora.claim where name = ''given_name'' and case_id = (select id from it)', true, 'one that goes, too'),
    ('insert into agora.evidence (case_id, type, subtype) select id, ''document'', ''idcard'' from it', true, 'so does more evidence'),
    ('update agora.evidence set removed_at = now() where id = (select passport from it)', true, 'evidence taken back'),
    ('update agora.evidence set document_number = ''1'' where id = (select passport from it)', true, 'its number'),
    ('update agora.evidence set date_of_expiry = ''2020-01-01'' where id = (select passport from it)', true, 'its dates'),
    ('insert into agora.vcheck (evidence_id, check_method, result, by) select passport, ''vri'', ''passed'', verifier from it', true, 'a check'),
    ('update agora.vcase set contact_method = ''x_code_email'', version = version + 1 where id = (select id from it)', true, 'an address that answers'),
    ('update agora.vcase set level = 2, version = version + 1 where id = (select id from it)', true, 'the level asked for'),
    ('update agora.vcase set policy_version = 1, version = version + 1 where id = (select id from it)', true, 'the policy'),
    ('update agora.vcase set version = version + 1, due_at = now() where id = (select id from it)', false, 'who has it and when it is due do not'),
    ('update agora.account set given_name = ''Bea'' where id = (select member from it)', false, 'nor what the account is called')) t (statement, changes, name);

-- Of the checks by one method the latest counts; the same outcome by another check is another snapshot.
insert into agora.vcheck (evidence_id, check_method, result, by) select passport, 'vri', 'failed', verifier from it;
insert into agora.vcheck (evidence_id, check_method, result, by) select passport, 'vri', 'passed', verifier from it;
select is(jsonb_path_query_array(agora.case_snapshot(id), '$.evidence[0].checks[*].result'), '["passed"]', 'the latest check of a method is in it') from it;
select ok(pg_temp.changes('insert into agora.vcheck (evidence_id, check_method, result, by) select passport, ''vri'', ''passed'', verifier from it'),
          'a check made again changes it: who checked and when are part of it');

select * from finish();
rollback;
