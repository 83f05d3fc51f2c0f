-- The life of a verification: what it says, how long it holds, what ends it and what ends with it.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}', person uuid default agora.new_id())
  returns uuid language sql as $$
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@life.example', 'life-' || name, initcap(name), 'Example', 'active', roles)
  returning id
$$;
create temp table actor as
  select 'ada' as name, pg_temp.account('ada') as id
  union all select 'bea', pg_temp.account('bea')
  union all select 'cleo', pg_temp.account('cleo')
  union all select 'vera', pg_temp.account('vera', '{verifier}')
  union all select 'adam', pg_temp.account('adam', '{admin}');
insert into actor select 'ada_two', pg_temp.account('ada-two', '{verifier}', a.person_id) from agora.account a join actor on actor.id = a.id where actor.name = 'ada';
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';

-- What other modules are asked to do is watched here, in place of doing it.
create temp table called (what text, account uuid, reason text);
grant all on called to agora_owner;
alter function agora.search_touch(uuid) rename to search_touch_for_real;
alter function agora.introductions_cancel(uuid, text, integer) rename to introductions_cancel_for_real;
create function agora.search_touch(account uuid) returns void language sql as $$
  insert into pg_temp.called values ('search_touch', $1, null)
$$;
create function agora.introductions_cancel(account uuid, reason text, most integer default null) returns bigint language sql as $$
  insert into pg_temp.called values ('introductions_cancel', $1, $2);
  select 1::bigint
$$;

create function pg_temp.refusal(statement text) returns text language plpgsql as $$
declare
  code text; pointer text;
begin
  execute statement;
  return 'not refused';
exception when others then
  get stacked diagnostics code = returned_sqlstate, pointer = pg_exception_detail;
  return code || coalesce(' ' || nullif(pointer, ''), '');
end $$;

-- A whole case, approved: evidence as 'subtype/method' pairs.
create function pg_temp.approved(who text, level integer, checks text[], claims jsonb default '{"given_name": "Ada", "family_name": "Example", "birthdate": "1980-05-17", "x_licence_number": "77"}')
  returns void language plpgsql as $$
declare
  made uuid;
  me uuid := pg_temp.who(who);
  k text;
begin
  select (body::jsonb ->> 'id')::uuid into made from agora.case_open(me, level);
  perform agora.case_claims_put(me, made, null, claims);
  perform agora.case_evidence_add(me, made, t.type, t.subtype, null, null, null, current_date, null, null)
    from agora.evidence_type t where t.subtype in (select split_part(c, '/', 1) from unnest(checks) c);
  perform agora.case_submit(me, made, null);
  perform agora.case_take_next(pg_temp.who('vera'));
  foreach k in array checks loop
    perform agora.case_check_record(pg_temp.who('vera'), made, e.id, split_part(k, '/', 2), 'passed', null, null)
      from agora.evidence e where e.case_id = made and e.subtype = split_part(k, '/', 1);
  end loop;
  perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(made), null, 'approve', '{}', null, null, agora.case_hash(made));
end $$;
create function pg_temp.current(who text) returns agora.verification language sql as
  'select v.* from agora.verification v where v.id = agora.current_verification(pg_temp.who(who))';
create function pg_temp.day(t timestamptz) returns text language sql as
  $$select to_char(t at time zone 'UTC', 'FMDD FMMonth YYYY')$$;

select no_plan();
update agora.policy set value = '"College of X"' where key = 'organisation.name';
-- All members here have the same claims; the screen has a test of its own.
update agora.policy set value = '[]' where key = 'verification.screen';

-- Nothing yet
select is(agora.verified(pg_temp.who('ada')), '{"level": 0, "label": "Not checked", "sentence": "Not checked."}', 'an account alone is not checked');
select is(agora.verified(agora.new_id()), '{"level": 0, "label": "Not checked", "sentence": "Not checked."}', 'nor is one that does not exist');
select is(agora.member_level(pg_temp.who('ada')), 0, 'its level is 0');
select is(agora.current_verification(pg_temp.who('ada')), null, 'it has no verification');

-- The sentences
do $$ begin perform pg_temp.approved('ada', 3, '{passport/vri,passport/pvr,x_professional_register/data}'); end $$;
select is(agora.verified(pg_temp.who('ada')) ->> 'sentence', 'Identity checked by College of X, remotely, against a passport and a register entry, on '
  || pg_temp.day(now()) || '; re-check due ' || to_char((now() + interval '5 years') at time zone 'UTC', 'FMMonth YYYY') || '.', 'level 3, remotely');
select is(agora.verified(pg_temp.who('ada')) - 'sentence' - 'until' - 'verified_at',
  '{"level": 3, "label": "Identity checked", "trust_framework": "x_agora_2026", "assurance_level": "level_3"}', 'with level, label and framework');
select is((pg_temp.current('ada')).valid_until, now() + interval '60 months', 'it holds for five years');
select is(agora.member_level(pg_temp.who('ada_two')), 3, 'the level is the person''s: every account has it');
select is((select array_agg(name order by name) from agora.claim where verification_id = (pg_temp.current('ada')).id),
  '{birthdate,family_name,given_name,x_licence_number}', 'the claims that the evidence shows are verified');
select bag_eq($$select account from called where what = 'search_touch'$$, $$values (pg_temp.who('ada')), (pg_temp.who('ada_two'))$$,
  'the search is told of every account');
do $$ begin perform pg_temp.approved('bea', 2, '{x_membership_register/data,x_membership_register/auth}'); end $$;
select alike(agora.verified(pg_temp.who('bea')) ->> 'sentence', 'Known to College of X; checked remotely, against a membership record, on %; re-check due %.', 'level 2');
select is((select count(*) from agora.claim where verification_id = (pg_temp.current('bea')).id and name = 'x_licence_number'), 0::bigint,
  'a licence is not verified where no professional register was checked');
do $$ begin perform pg_temp.approved('cleo', 1, '{}'); end $$;
select alike(agora.verified(pg_temp.who('cleo')) ->> 'sentence', 'Found to be contactable by College of X on %; re-check due %.', 'level 1');
select is((select count(*) from agora.claim where verification_id = (pg_temp.current('cleo')).id), 0::bigint, 'level 1 verifies no claim');

-- Raised and superseded
create temp table first_of_bea as select * from pg_temp.current('bea');
do $$ begin perform pg_temp.approved('bea', 3, '{passport/vcrypt,passport/pvp,idcard/vpip,utility_statement/vri}'); end $$;
select alike(agora.verified(pg_temp.who('bea')) ->> 'sentence', 'Identity checked by College of X, in person, against a passport, an identity card and a utility bill, on %', 'the face compared in person: strongest evidence first');
select is((select (state, ended_at is not null, end_reason)::text from agora.verification where id = (select id from first_of_bea)), '(superseded,t,)', 'the one before is superseded');
select is((select count(*) from agora.verification v join agora.account a on a.person_id = v.person_id
            where a.id = pg_temp.who('bea') and v.state in ('active', 'suspended')), 1::bigint, 'one is active');
select is((agora.case_mine(pg_temp.who('bea'))::jsonb #>> '{verifications,1,state}') || ': ' || (agora.case_mine(pg_temp.who('bea'))::jsonb #>> '{verifications,1,end_class}'),
  'superseded: a newer one took its place', 'the history shows it');
select throws_ok(format($$insert into agora.verification (person_id, account_id, level, trust_framework, assurance_level, verified_by, remotely, against, valid_until)
  select person_id, account_id, 1, 'x_a', 'l', 'A', true, '{}', now() + interval '1 day' from agora.verification where id = %L$$, (pg_temp.current('bea')).id),
  '23505', null, 'a person cannot have two at once');

-- Time
update agora.verification set valid_until = now() + interval '100 days' where id = (pg_temp.current('bea')).id;
select is(agora.case_mine(pg_temp.who('bea'))::jsonb #>> '{verifications,0,state}', 'due', '120 days before its end it is due');
select is(agora.member_level(pg_temp.who('bea')), 3, 'and holds');
update agora.verification set verified_at = now() - interval '5 years', valid_until = now() where id = (pg_temp.current('bea')).id;
select is(agora.member_level(pg_temp.who('bea')), 0, 'at its end it lapses, without anybody doing anything');
select is(agora.current_verification(pg_temp.who('bea')), null, 'and is current no more');
select ok(jsonb_path_exists(agora.case_mine(pg_temp.who('bea'))::jsonb, '$.verifications[*] ? (@.state == "lapsed")'), 'its state says so');
select is(agora.verified(pg_temp.who('bea')) ->> 'level', '0', 'the line has level 0');
select alike(agora.verified(pg_temp.who('bea')) ->> 'sentence', '%; this held until ' || pg_temp.day(now()) || '.', 'and says until when it held');
update agora.verification set state = 'suspended', valid_until = now() + interval '1 year' where account_id = pg_temp.who('bea') and state = 'active';
select is(agora.member_level(pg_temp.who('bea')), 0, 'a suspended one gives no level');
update agora.account set state = 'erased' where id = pg_temp.who('cleo');
select is(agora.member_level(pg_temp.who('cleo')), 0, 'an erased account has none');

-- Revoking
create temp table of_ada as select * from pg_temp.current('ada');
delete from called;
select is(pg_temp.refusal(format($$select agora.verification_revoke(pg_temp.who(%L), %L, %L, %L)$$, by, coalesce(id, (select id from of_ada)), reason, note)), expected, name)
  from (values
    ('cleo', null, 'error', 'n', 'AG002', 'a member cannot revoke'),
    ('ada', null, 'member_request', 'n', 'AG002', 'not even their own'),
    ('ada_two', null, 'error', 'n', 'AG002', 'a verifier cannot revoke the own one, from any account'),
    ('vera', agora.new_id(), 'error', 'n', 'AG001', 'what is not there cannot be revoked'),
    ('vera', null, 'bad_mood', 'n', 'AG004 /reason', 'the reason is one of the list'),
    ('vera', null, 'error', ' ', 'AG004 /note', 'and is explained')) t (by, id, reason, note, expected, name);
select is((select count(*) from called), 0::bigint, 'nothing came of all that');
select is((agora.verification_revoke(pg_temp.who('adam'), (select id from of_ada), 'fraud_confirmed', 'Forged register entry.')::jsonb ->> 'state'),
  'asked', 'fraud needs a second person');
select is(agora.member_level(pg_temp.who('ada')), 3, 'who has not confirmed yet');
select is((select count(*) from called), 0::bigint, 'so nothing has come of it');
do $$ begin perform agora.two_person_confirm(pg_temp.who('vera'), (select id from agora.two_person_act)); end $$;
select is(agora.verified(pg_temp.who('ada')), '{"level": 0, "label": "Not checked", "sentence": "Not checked."}', 'revoked, nothing is said in public');
select is(agora.case_mine(pg_temp.who('ada'))::jsonb #> '{verifications,0,end_class}', '"withdrawn by the organisation"', 'the member reads the class of the reason');
select ok(position('fraud' in agora.case_mine(pg_temp.who('ada'))) + position('Forged' in agora.case_mine(pg_temp.who('ada'))) = 0, 'never the detail');
select ok(not exists (select from agora.outbox where payload::text ~ 'fraud|Forged'), 'nor does an e-mail carry it');
select is((select count(*) from agora.outbox where payload ->> 'subject' = 'Your verification has ended'), 2::bigint, 'the person is told, at each account');
select bag_eq($$select what, account, reason from called$$, $$
  select 'search_touch', id, null::text from actor where name in ('ada', 'ada_two')
  union all select 'introductions_cancel', id, 'fraud_confirmed' from actor where name in ('ada', 'ada_two')$$,
  'introductions are cancelled and the search told, for every account');
select is((select detail ->> 'reason' from agora.audit_event where action = 'verification.revoke' and subject = (select id from of_ada)), 'fraud_confirmed', 'the audit log has it');
select is(pg_temp.refusal($$select agora.verification_revoke(pg_temp.who('vera'), (select id from of_ada), 'error', 'n')$$), 'AG003', 'what has ended cannot be revoked again');
update agora.verification set state = 'active' where account_id = pg_temp.who('bea') and state = 'suspended';
do $$ begin perform agora.verification_revoke(pg_temp.who('vera'), (pg_temp.current('bea')).id, 'name_changed', 'Married.'); end $$;
select is((select state from agora.verification where account_id = pg_temp.who('bea') order by verified_at, ended_at limit 1), 'superseded', 'a changed name supersedes');
select throws_ok($$update agora.verification set state = 'revoked' where state = 'active'$$, '23514', null, 'revoked has a reason, a note and someone who did it');
select throws_ok($$update agora.verification set state = 'revoked' where state = 'superseded'$$, 'AG003', null, 'what has ended changes no more');
select is((select array_agg(code order by code) from agora.revoke_reason where fraud), '{fraud_confirmed,mistaken_identity,verifier_compromised}', 'these reasons end contacts too');

-- Examples
select is(agora.verification_import(array[pg_temp.who('adam'), pg_temp.who('vera')], '{2,3}', array[now() - interval '1 year', now()]), 2::bigint, 'many are imported at once');
select is(agora.member_level(pg_temp.who('vera')), 3, 'with their levels');
select is((select count(*) from agora.claim where verification_id = (pg_temp.current('adam')).id), 2::bigint, 'and names');

-- What the service's role may do by itself
select is(has_function_privilege('agora_app', f, 'execute'), allowed, format('the service may%s call %s', case when allowed then '' else ' not' end, f))
  from (values ('agora.verified(uuid)', true), ('agora.verification_revoke(uuid,uuid,text,text)', true), ('agora.case_decide(uuid,uuid,text,text,text[],text,text,text)', true),
    ('agora.verification_import(uuid[],integer[],timestamptz[])', false), ('agora.verification_grant_example(uuid,integer)', false),
    ('agora.verification_grant(agora.vcase,uuid)', false), ('agora.verification_supersede(uuid)', false),
    ('agora.case_step(agora.vcase,text,uuid,text)', false), ('agora.case_touch(agora.vcase)', false)) t (f, allowed);
select table_privs_are('agora', t, 'agora_app', '{}', format('the service has no right to the table %s', t))
  from unnest(array['vcase', 'vcase_event', 'vcase_transition', 'vcase_question', 'evidence', 'vcheck', 'decision', 'verification', 'claim', 'reason_code']) t;

select * from finish();
rollback;
