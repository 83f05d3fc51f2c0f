-- Acts of two persons: who may ask, who may confirm, what is done, and when nothing is.
begin;
set local search_path = public, pg_temp;

create function pg_temp.account(name text, roles text[] default '{}', person uuid default agora.new_id())
  returns uuid language plpgsql as $$
declare
  made uuid;
begin
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@two.example', 'two-' || replace(name, '_', '-'), initcap(name), 'Example', 'active', roles::agora.account_role[])
  returning id into made;
  insert into agora.credential (account_id, password, strong) values (made, '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA', name <> 'weak');
  insert into agora.profile (account_id, shown_name) values (made, initcap(name) || ' Example');
  return made;
end $$;
create temp table actor (name text, id uuid);
insert into actor select n, pg_temp.account(n, r::text[]) from (values ('member', '{}'), ('ada', '{}'), ('weak', '{}'), ('vera', '{verifier}'),
  ('victor', '{verifier}'), ('adam', '{admin}'), ('anna', '{admin}'), ('otto', '{auditor}'), ('pia', '{privacy_officer}')) t (n, r);
insert into actor select 'adam_two', pg_temp.account('adam_two', '{admin}', a.person_id)
  from agora.account a join actor on actor.id = a.id where actor.name = 'adam';
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
\ir ../lib/refusal.psql
create function pg_temp.ask(by text, kind text, payload jsonb, reason text default 'A good reason.') returns uuid language sql as $$
  select agora.two_person_ask(pg_temp.who(by), kind, payload, reason)
$$;
create function pg_temp.state(act uuid) returns text language sql as 'select state::text from agora.two_person_act where id = act';
create function pg_temp.grant_of(name text, role text default 'verifier') returns jsonb language sql as $$
  select jsonb_build_object('member', a.handle, 'role', role) from agora.account a where a.id = pg_temp.who(name)
$$;
do $$ begin perform agora.verification_grant_example(pg_temp.who('ada'), 3); end $$;

select no_plan();

-- Who may ask, for each kind
create function pg_temp.payload(kind text) returns jsonb language sql as $$
  select case kind
    when 'role_grant' then pg_temp.grant_of('member')
    when 'revoke_fraud' then jsonb_build_object('verification', agora.current_verification(pg_temp.who('ada')), 'reason', 'fraud_confirmed')
    when 'rename_sealed' then '{"member": "two-ada", "given_name": "Ada", "family_name": "Newname"}'::jsonb
    when 'merge_persons' then '{"from": "two-member", "into": "two-ada"}'::jsonb end
$$;
select is(pg_temp.refusal(format('select agora.two_person_ask(%L, %L, pg_temp.payload(%L), ''A good reason.'')', a.id, k.kind, k.kind)),
          case when k.ask_roles && (select r.roles::text[] from agora.account r where r.id = a.id) then 'not refused' else 'AG002' end,
          format('%s asks for %s', a.name, k.kind))
  from agora.two_person_kind k cross join actor a
 where k.kind in ('role_grant', 'revoke_fraud', 'rename_sealed', 'merge_persons') and a.name not in ('victor', 'anna', 'adam_two')
   -- The same act waits once: each kind is tried by those who may not, and by one who may.
   and (a.name = 'adam' or not k.ask_roles && (select r.roles::text[] from agora.account r where r.id = a.id));
select is((select count(*) from agora.two_person_act where state = 'asked'), 4::bigint, 'what was asked waits');
select is((select count(*) from agora.audit_event where action = 'two_person.ask' and actor = pg_temp.who('adam')), 4::bigint, 'and is in the audit log');
select is(pg_temp.refusal($$select pg_temp.ask('anna', 'role_grant', pg_temp.grant_of('member'))$$), 'AG003', 'the same is not asked twice');
select ok(exists (select from agora.event where kind = 'two_person' and account_id = pg_temp.who('anna')), 'who may confirm is told');
select ok(not exists (select from agora.event where kind = 'two_person' and account_id = pg_temp.who('member')), 'members are not');

-- What must be there
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('ada'), 'short')$$), 'AG004 /reason', 'the reason is written');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'no_such', '{}')$$), 'AG004 /kind', 'the kind is one of the list');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', '{"member": "nobody", "role": "verifier"}')$$), 'AG004 /payload/member', 'the member is there');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('ada', 'king'))$$), 'AG004 /payload/role', 'the role is one of the list');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('ada') || '{"x": 1}')$$), 'AG004 /payload/x', 'nothing else is sent');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('weak'))$$), 'AG003', 'a short password holds no role');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('vera', 'auditor'))$$), 'AG003', 'an auditor has no other role');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('otto'))$$), 'AG003', 'nor gets one');
select is(pg_temp.refusal($$select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('adam_two', 'verifier'))$$), 'AG002', 'nobody asks for something for themselves, from any account');
select throws_ok($$update agora.account set roles = '{auditor,verifier}' where id = pg_temp.who('otto')$$, 'AG003', null, 'the table itself keeps auditors apart');
select throws_ok($$update agora.account set roles = roles || '{admin}' where id = pg_temp.who('pia')$$, 'AG003', null, 'and privacy officers');

-- Who may confirm
create temp table act as select kind, id from agora.two_person_act;
create function pg_temp.act(wanted text) returns uuid language sql as 'select id from act where kind = wanted';
select is(pg_temp.refusal(format($$select agora.two_person_confirm(pg_temp.who(%L), pg_temp.act(%L))$$, who, kind)), expected, what)
  from (values
    ('member', 'role_grant', 'AG001', 'whom it is about does not even see it'),
    ('ada', 'role_grant', 'AG001', 'nor do members'),
    ('adam', 'role_grant', 'AG002', 'not who asked'),
    ('adam_two', 'role_grant', 'AG002', 'nor from another account of theirs'),
    ('vera', 'role_grant', 'AG001', 'not with another role'),
    ('otto', 'role_grant', 'AG002', 'an auditor looks, and does not confirm'),
    ('pia', 'revoke_fraud', 'AG001', 'a privacy officer has no part in a revocation')) t (who, kind, expected, what);
select is(pg_temp.state(pg_temp.act('role_grant')), 'asked', 'nothing has come of that');
select is((select roles from agora.account where id = pg_temp.who('member')), '{}', 'no role was given');
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('anna'), pg_temp.act('role_grant'), 'something-else')$$), 'AG005', 'what was not read is not confirmed');

-- A payload that was changed under them
alter table agora.two_person_act disable trigger two_person_fixed;
update agora.two_person_act set payload = payload || '{"role": "admin"}' where id = pg_temp.act('role_grant');
alter table agora.two_person_act enable trigger two_person_fixed;
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('anna'), pg_temp.act('role_grant'))$$), 'AG003', 'a changed payload is not confirmed');
alter table agora.two_person_act disable trigger two_person_fixed;
update agora.two_person_act set payload = pg_temp.grant_of('member') where id = pg_temp.act('role_grant');
alter table agora.two_person_act enable trigger two_person_fixed;
select throws_like($$update agora.two_person_act set payload = '{}' where id = pg_temp.act('role_grant')$$, '%is not changed', 'and the table refuses the change');
select throws_like($$update agora.two_person_act set expires_at = 'infinity' where id = pg_temp.act('role_grant')$$, '%is not changed', 'of the time as well');

-- Confirmed
do $$ begin perform agora.two_person_confirm(pg_temp.who('anna'), pg_temp.act('role_grant'), (select etag from agora.two_person_get(pg_temp.who('anna'), pg_temp.act('role_grant')))); end $$;
select is((select roles from agora.account where id = pg_temp.who('member')), '{verifier}', 'two persons give the role');
select is((select detail ->> 'asked_by' from agora.audit_event where action = 'two_person.confirm'), pg_temp.who('adam')::text, 'the audit log names both');
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('anna'), pg_temp.act('role_grant'))$$), 'AG003', 'once');
select is(pg_temp.refusal($$select agora.two_person_refuse(pg_temp.who('anna'), pg_temp.act('role_grant'), 'Too late.')$$), 'AG003', 'what is done is not refused');

-- Refused, taken back
select is(pg_temp.refusal($$select agora.two_person_refuse(pg_temp.who('vera'), pg_temp.act('revoke_fraud'), ' ')$$), 'AG004 /note', 'a refusal says why');
do $$ begin perform agora.two_person_refuse(pg_temp.who('vera'), pg_temp.act('revoke_fraud'), 'Not proven.'); end $$;
select is((select state::text || note from agora.two_person_act where id = pg_temp.act('revoke_fraud')), 'refusedNot proven.', 'the second person refuses');
select is(agora.member_level(pg_temp.who('ada')), 3, 'and nothing happens');
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('victor'), pg_temp.act('revoke_fraud'))$$), 'AG003', 'what was refused is not confirmed');
do $$ begin perform agora.two_person_refuse(pg_temp.who('adam'), pg_temp.act('merge_persons'), 'A mistake of mine.'); end $$;
select is(pg_temp.state(pg_temp.act('merge_persons')), 'refused', 'the first one takes it back');

-- Expired
create temp table late as select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('ada')) as id;
alter table agora.two_person_act disable trigger two_person_fixed;
update agora.two_person_act set expires_at = now() where id = (select id from late);
alter table agora.two_person_act enable trigger two_person_fixed;
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('anna'), (select id from late))$$), 'AG003', 'after three days it is too late');
select is(agora.two_person_by_clock(), 1::bigint, 'the clock expires it');
select is(agora.two_person_by_clock(), 0::bigint, 'once');
select is(pg_temp.state((select id from late)), 'expired', 'and says so');

-- Who asked lost the role meanwhile
create temp table lost as select pg_temp.ask('adam', 'role_grant', pg_temp.grant_of('ada')) as id;
update agora.account set roles = '{}' where id = pg_temp.who('adam');
select is(pg_temp.refusal($$select agora.two_person_confirm(pg_temp.who('anna'), (select id from lost))$$), 'AG003', 'who asked must still be allowed to');
update agora.account set roles = '{admin}' where id = pg_temp.who('adam');

-- A changed name supersedes
do $$ begin perform agora.two_person_confirm(pg_temp.who('vera'), pg_temp.act('rename_sealed')); end $$;
select is((select family_name from agora.account where id = pg_temp.who('ada')), 'Newname', 'two persons change a verified name');
select is((select (state, end_reason)::text from agora.verification where account_id = pg_temp.who('ada')), '(superseded,name_changed)', 'which supersedes the verification');
select is(agora.member_level(pg_temp.who('ada')), 0, 'and nothing is verified of the new one');

-- Two persons who are one
do $$ begin
  perform agora.verification_grant_example(pg_temp.who('ada'), 2);
  perform agora.verification_grant_example(pg_temp.who('victor'), 3);
end $$;
insert into agora.block (blocker_person, blocked_person, blocker, blocked)
select agora.person_of(pg_temp.who('otto')), agora.person_of(pg_temp.who('ada')), pg_temp.who('otto'), pg_temp.who('ada');
create temp table source as select agora.person_of(pg_temp.who('ada')) as person;
do $$ begin perform agora.two_person_confirm(pg_temp.who('anna'),
  pg_temp.ask('adam', 'merge_persons', '{"from": "two-ada", "into": "two-victor"}')); end $$;
select is(agora.person_of(pg_temp.who('ada')), agora.person_of(pg_temp.who('victor')), 'the accounts are of one person');
select is((select merged_into from agora.person p join source on person = p.id), agora.person_of(pg_temp.who('victor')), 'the other one says where it went');
select is(agora.member_level(pg_temp.who('ada')), 3, 'the higher verification holds for both');
select is((select (state, end_reason)::text from agora.verification where account_id = pg_temp.who('ada') order by verified_at desc, id desc limit 1), '(revoked,duplicate_merged)', 'the lower one has ended');
select ok(agora.is_blocked(pg_temp.who('victor'), pg_temp.who('otto')), 'a block counts for all accounts');

-- The list
select is((select count(*) from jsonb_array_elements(agora.two_person_list(pg_temp.who('anna'), false, 100)::jsonb -> 'items')), 1::bigint, 'what waits is listed');
select is(agora.two_person_list(pg_temp.who('vera'), false, 100)::jsonb -> 'items', '[]', 'for those whom it concerns');
select is((agora.two_person_get(pg_temp.who('anna'), (select id from lost))).body::jsonb ->> 'summary', 'Ada Newname (two-ada) becomes verifier.', 'in plain words');
select is((agora.two_person_get(pg_temp.who('anna'), (select id from lost))).body::jsonb -> 'can', '["confirm", "refuse"]', 'with what can be done');
select is((agora.two_person_get(pg_temp.who('adam'), (select id from lost))).body::jsonb -> 'can', '["take_back"]', 'by each');
select is((agora.two_person_get(pg_temp.who('otto'), (select id from lost))).body::jsonb -> 'can', '[]', 'an auditor reads it');
select is(pg_temp.refusal($$select agora.two_person_get(pg_temp.who('ada'), (select id from lost))$$), 'AG001', 'whom it is about does not');

select * from finish();
rollback;
