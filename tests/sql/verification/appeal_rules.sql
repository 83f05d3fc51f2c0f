-- Appeals and complaints: what can be appealed, by whom, who decides, what comes of it, and the figures.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}', person uuid default agora.new_id()) returns uuid language sql as $$
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@appeal.example', 'appeal-' || name, initcap(name), 'Of' || name, 'active', roles)
  returning id
$$;
create temp table actor as
  select n as name, pg_temp.account(n, case when n in ('vera', 'victor', 'viola') then '{verifier}' when n in ('adam', 'anna') then '{admin}' else '{}' end::agora.account_role[]) as id
    from unnest(array['ada', 'bea', 'cleo', 'dora', 'emma', 'vera', 'victor', 'viola', 'adam', 'anna']) n;
insert into actor select 'vera_two', pg_temp.account('vera-two', '{admin}', a.person_id) from agora.account a join actor t on t.id = a.id where t.name = 'vera';
insert into actor select 'ada_two', pg_temp.account('ada-two', '{verifier}', a.person_id) from agora.account a join actor t on t.id = a.id where t.name = 'ada';
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
create temp table subject (name text primary key, id uuid);
create function pg_temp.it(n text) returns uuid language sql as 'select id from subject where name = n';
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
-- A case for level 3 with a passport that was looked at (level 2), rejected by a verifier.
create function pg_temp.rejected(n text, by text default 'vera') returns uuid language plpgsql as $$
declare
  made uuid := (select (body::jsonb ->> 'id')::uuid from agora.case_open(pg_temp.who(n), 3));
begin
  insert into subject values (n, made) on conflict (name) do update set id = excluded.id;
  perform agora.case_claims_put(pg_temp.who(n), made, null, jsonb_build_object('given_name', initcap(n), 'family_name', 'Of' || n, 'birthdate', '1980-05-17'));
  perform agora.case_evidence_add(pg_temp.who(n), made, 'document', 'passport', 'P' || n, null, null, null, null, null);
  perform agora.case_submit(pg_temp.who(n), made, null);
  update agora.vcase set due_at = '2000-01-01', version = version + 1 where id = made;
  perform agora.case_take_next(pg_temp.who(by));
  perform agora.case_check_record(pg_temp.who(by), made, e.id, 'vri', 'passed', null, null) from agora.evidence e where e.case_id = made;
  perform agora.case_decide(pg_temp.who(by), pg_temp.scored(made), null, 'reject', '{missing_evidence}', 'Something is missing.', null);
  return made;
end $$;
create function pg_temp.appealed(n text) returns uuid language sql as $$
  select (agora.appeal_case(pg_temp.who(n), pg_temp.it(n), 'It was all there.', n = 'bea')::jsonb ->> 'id')::uuid
$$;
create function pg_temp.appeal_of(n text) returns agora.appeal language sql as
  'select * from agora.appeal where account_id = pg_temp.who(n) order by opened_at desc limit 1';
create function pg_temp.state_of(n text) returns text language sql as 'select state::text from agora.vcase where id = pg_temp.it(n)';

select no_plan();

-- Which decisions
select isnt(pg_temp.rejected('ada'), null, 'a request is rejected');
select is(pg_temp.refusal($$select agora.appeal_case(pg_temp.who('bea'), pg_temp.it('ada'), 'x', null)$$), 'AG001', 'only its member appeals');
select is(pg_temp.refusal($$select agora.appeal_case(pg_temp.who('ada'), pg_temp.it('ada'), ' ', null)$$), 'AG004 /text', 'and says why');
select is(agora.appeal_mine(pg_temp.who('ada'))::jsonb -> 'open_to' -> 0 ->> 'id', pg_temp.it('ada')::text, 'the member sees that they can');
savepoint early;
update agora.vcase set decided_at = now() - interval '30 days', version = version + 1 where id = pg_temp.it('ada');
select is(pg_temp.refusal($$select agora.appeal_case(pg_temp.who('ada'), pg_temp.it('ada'), 'x', null)$$), 'AG003', 'not after 30 days');
select is(agora.appeal_mine(pg_temp.who('ada'))::jsonb -> 'open_to', '[]', 'nor is it offered then');
update agora.vcase set decided_at = now() - interval '29 days 23 hours', version = version + 1 where id = pg_temp.it('ada');
select is(pg_temp.refusal($$select pg_temp.appealed('ada')$$), 'not refused', 'on the last day it is not too late');
rollback to early;
select isnt(pg_temp.appealed('ada'), null, 'the member appeals');
select is(pg_temp.state_of('ada'), 'appealed', 'the case is appealed');
select is(pg_temp.refusal($$select pg_temp.appealed('ada')$$), 'AG003', 'once');
select is((pg_temp.appeal_of('ada')).acknowledge_by, agora.working_days_after(now(), 2), 'to be acknowledged within two working days');
select is((pg_temp.appeal_of('ada')).decide_by, now() + interval '14 days', 'and decided within fourteen days');
select is(agora.evidence_held(pg_temp.it('ada')), true, 'its files are kept meanwhile');

-- Who
select is(pg_temp.refusal(format($$select agora.appeal_list(pg_temp.who(%L), 'open')$$, n)), e, n || ' and the list')
  from (values ('bea', 'AG002'), ('vera', 'not refused'), ('adam', 'not refused')) t (n, e);
select is(agora.appeal_list(pg_temp.who('ada_two'), 'open')::jsonb -> 'items', '[]', 'nobody has their own on the list');
select is(jsonb_array_length(agora.appeal_list(pg_temp.who('vera'), 'open')::jsonb -> 'items'), 1, 'who decided sees that there is one');
select is(agora.appeal_get(pg_temp.who('vera'), (pg_temp.appeal_of('ada')).id)::jsonb ->> 'may_decide', 'false', 'but may not decide it');
select is(agora.appeal_get(pg_temp.who('vera'), (pg_temp.appeal_of('ada')).id)::jsonb -> 'about', null, 'nor read the case by it');
select is(agora.appeal_get(pg_temp.who('victor'), (pg_temp.appeal_of('ada')).id)::jsonb -> 'about' -> 'case' ->> 'id', pg_temp.it('ada')::text, 'who may decide reads it whole');
select is(agora.appeal_get(pg_temp.who('ada'), (pg_temp.appeal_of('ada')).id)::jsonb -> 'about', null, 'its member does not get more than before');
select is(pg_temp.refusal($$select agora.appeal_get(pg_temp.who('bea'), (pg_temp.appeal_of('ada')).id)$$), 'AG001', 'others see nothing');
create function pg_temp.decide(by text, n text, how text, words text default 'We looked again.', level integer default null, reason text default null) returns jsonb language sql as $$
  select agora.appeal_decide(pg_temp.who(by), (pg_temp.appeal_of(n)).id, how, words, 'Private.', level, reason)::jsonb
$$;
select is(pg_temp.refusal(format($$select pg_temp.decide(%L, 'ada', 'upheld')$$, n)), e, name)
  from (values ('vera', 'AG002', 'who decided does not decide the appeal'), ('vera_two', 'AG002', 'nor with another account of theirs'),
               ('ada', 'AG002', 'the member does not'), ('ada_two', 'AG001', 'nor with another account'), ('bea', 'AG002', 'a member without a role does not')) t (n, e, name);
select is(pg_temp.refusal($$update agora.appeal set decided_at = now(), decided_by = pg_temp.who('vera'), outcome = 'upheld', reason_text = 'x'
   where id = (pg_temp.appeal_of('ada')).id$$), 'AG002', 'the table itself refuses who touched it');
select agora.audit(pg_temp.who('viola'), 'evidence.view', 'evidence', e.id) from agora.evidence e where e.case_id = pg_temp.it('ada');
select is(pg_temp.refusal($$select pg_temp.decide('viola', 'ada', 'upheld')$$), 'AG002', 'who looked at the evidence had to do with it');
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'ada', 'maybe')$$), 'AG004 /outcome', 'an outcome of the three');
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'ada', 'upheld', ' ')$$), 'AG004 /text', 'with reasons');
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'ada', 'upheld', 'x', 2)$$), 'AG004 /level', 'a level only where the decision is varied');

-- Upheld
create temp table before as select count(*) as n from agora.outbox where payload ->> 'to' = 'ada@appeal.example';
select is(agora.appeal_acknowledge(pg_temp.who('victor'), (pg_temp.appeal_of('ada')).id)::jsonb ->> 'late', 'false', 'it is acknowledged in time');
select is((select count(*) from agora.outbox where payload ->> 'to' = 'ada@appeal.example'), (select n + 1 from before), 'the member is told');
select is(pg_temp.refusal($$select agora.appeal_acknowledge(pg_temp.who('adam'), (pg_temp.appeal_of('ada')).id)$$), 'AG003', 'once');
select is(pg_temp.decide('adam', 'ada', 'upheld') ->> 'outcome', 'upheld', 'an admin who never touched it decides');
select is(pg_temp.state_of('ada'), 'upheld', 'the decision stands');
select is(agora.appeal_mine(pg_temp.who('ada'))::jsonb -> 'items' -> 0 ->> 'ombudsman', agora.policy_text('verification.ombudsman'), 'the member reads to whom they can turn next');
select ok(agora.appeal_mine(pg_temp.who('ada')) not like '%Private%', 'and not the private note');
select ok(agora.appeal_mine(pg_temp.who('ada')) not like '%Adam%', 'nor who decided');
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'ada', 'varied')$$), 'AG003', 'what was decided is not decided again');
select is(pg_temp.refusal($$select agora.appeal_case(pg_temp.who('ada'), pg_temp.it('ada'), 'x', null)$$), 'AG003', 'and not appealed again');
select is(agora.evidence_held(pg_temp.it('ada')), false, 'its files are not kept any longer');

-- Overturned
select isnt(pg_temp.rejected('bea'), null, 'another request is rejected');
select isnt(pg_temp.appealed('bea'), null, 'and appealed');
select is(pg_temp.decide('victor', 'bea', 'overturned') ->> 'outcome', 'overturned', 'the decision is overturned');
select is(pg_temp.state_of('bea'), 'queued', 'the request waits for a verifier');
select is((select count(*) from agora.case_take_next(pg_temp.who('vera'))), 0::bigint, 'never for the one who decided');
select is((select body::jsonb ->> 'id' from agora.case_take_next(pg_temp.who('viola'))), pg_temp.it('bea')::text, 'but for another');

-- Varied
select isnt(pg_temp.rejected('cleo'), null, 'a third request is rejected');
select isnt(pg_temp.appealed('cleo'), null, 'and appealed');
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'cleo', 'varied', 'x', 3)$$), 'AG004 /level', 'a decision is varied to less than was asked for');
select is(pg_temp.decide('victor', 'cleo', 'varied', 'Level 2 was shown.', 2) ->> 'outcome', 'varied', 'to a level that the evidence gives');
select is(agora.member_level(pg_temp.who('cleo')), 2, 'the member is verified at it');
select is(pg_temp.state_of('cleo'), 'varied', 'the case is varied');

-- A lower level than asked for
savepoint lower;
update agora.vcase set state = 'approved', step = step + 1, event = 'approve', version = version + 1 where false;
set local session_replication_role = replica;
update agora.vcase set state = 'approved' where id = pg_temp.it('cleo');
delete from agora.appeal where account_id = pg_temp.who('cleo');
set local session_replication_role = origin;
select is(pg_temp.refusal($$select pg_temp.appealed('cleo')$$), 'not refused', 'an approval at a lower level can be appealed');
rollback to lower;
set local session_replication_role = replica;
update agora.vcase set state = 'approved', level = 2 where id = pg_temp.it('cleo');
delete from agora.appeal where account_id = pg_temp.who('cleo');
set local session_replication_role = origin;
select is(pg_temp.refusal($$select pg_temp.appealed('cleo')$$), 'AG003', 'one at the level asked for cannot');

-- Revocations for fraud
select agora.verification_grant_example(pg_temp.who(n), 3) from unnest(array['dora', 'emma']) n;
create function pg_temp.ended(n text) returns uuid language sql as
  'select v.id from agora.verification v where v.account_id = pg_temp.who(n) order by verified_at desc limit 1';
create function pg_temp.revoke(n text, reason text) returns void language sql as $$
  update agora.verification set state = 'revoked', ended_at = now(), ended_by = pg_temp.who('vera'), end_reason = reason, end_note = 'x', version = version + 1
   where id = pg_temp.ended(n)
$$;
select pg_temp.revoke('dora', 'fraud_confirmed'), pg_temp.revoke('emma', 'left_organisation');
select is(pg_temp.refusal($$select agora.appeal_verification(pg_temp.who('emma'), pg_temp.ended('emma'), 'x', null)$$), 'AG003', 'a revocation that is not for fraud is not appealed');
select is(pg_temp.refusal($$select agora.appeal_verification(pg_temp.who('emma'), pg_temp.ended('dora'), 'x', null)$$), 'AG001', 'nor one of somebody else');
select is(agora.appeal_mine(pg_temp.who('dora'))::jsonb -> 'open_to' -> 0 ->> 'kind', 'revocation', 'one for fraud can be');
select is(pg_temp.refusal($$select agora.appeal_verification(pg_temp.who('dora'), pg_temp.ended('dora'), 'It was not me.', null)$$), 'not refused', 'it is appealed');
select is(agora.member_level(pg_temp.who('dora')), 0, 'it has effect meanwhile');
select is(pg_temp.refusal($$select pg_temp.decide('vera', 'dora', 'upheld')$$), 'AG002', 'who revoked does not decide');
savepoint varied;
select is(pg_temp.refusal($$select pg_temp.decide('victor', 'dora', 'varied', 'x', null, 'mistaken_identity')$$), 'AG004 /revoke_reason', 'varied to a reason that is not fraud');
select is(pg_temp.decide('victor', 'dora', 'varied', 'x', null, 'error') ->> 'outcome', 'varied', 'such as an error');
select is((select end_reason from agora.verification where id = pg_temp.ended('dora')), 'error', 'which is what it ended for');
rollback to varied;
select is(pg_temp.decide('victor', 'dora', 'overturned') ->> 'outcome', 'overturned', 'a revocation is overturned');
select is(agora.member_level(pg_temp.who('dora')), 3, 'the verification holds again');

-- Complaints
create function pg_temp.complain(address text default '192.0.2.1', handle text default 'appeal-emma', email text default 'jo@elsewhere.example', code text default 'aa') returns boolean language sql as $$
  select agora.complaint_add(email, 'Jo', handle, 'myself', 'That is me.', true, repeat(code, 32), jsonb_build_object('to', email, 'subject', 's', 'text', 't')::text, address)
$$;
select is(pg_temp.complain(), true, 'a stranger complains');
select is(agora.complaint_list(pg_temp.who('adam'), 'open')::jsonb -> 'items', '[]', 'nobody reads it before the address is confirmed');
select is(agora.complaint_confirm('jo@elsewhere.example', repeat('bb', 32), '192.0.2.1'), null, 'a wrong code opens nothing');
select is(agora.complaint_confirm('eve@elsewhere.example', repeat('aa', 32), '192.0.2.1'), null, 'nor the code of another address');
savepoint late;
update agora.complaint set expires_at = now();
select is(agora.complaint_confirm('jo@elsewhere.example', repeat('aa', 32), '192.0.2.1'), null, 'nor one that is too old');
rollback to late;
select isnt(agora.complaint_confirm('jo@elsewhere.example', repeat('aa', 32), '192.0.2.1'), null, 'the right one does');
select is(agora.complaint_confirm('jo@elsewhere.example', repeat('aa', 32), '192.0.2.1'), null, 'once');
create function pg_temp.complaint() returns agora.complaint language sql as 'select * from agora.complaint where confirmed_at is not null order by confirmed_at desc, id desc limit 1';
select is((pg_temp.complaint()).about, pg_temp.who('emma'), 'it is about the member of that profile');
select is((pg_temp.complaint()).acknowledge_by, agora.working_days_after(now(), 2), 'to be acknowledged within two working days');
select is((pg_temp.complaint()).decide_by, now() + interval '14 days', 'and decided within fourteen days');
select is(pg_temp.refusal(format($$select agora.complaint_list(pg_temp.who(%L), 'open')$$, n)), e, n || ' and complaints')
  from (values ('bea', 'AG002'), ('vera', 'AG002'), ('adam', 'not refused')) t (n, e);
select is(agora.complaint_acknowledge(pg_temp.who('adam'), (pg_temp.complaint()).id)::jsonb ->> 'late', 'false', 'an admin acknowledges it');
select is(pg_temp.refusal($$select agora.complaint_acknowledge(pg_temp.who('adam'), (pg_temp.complaint()).id)$$), 'AG003', 'once');
select is(pg_temp.refusal(format($$select agora.complaint_decide(pg_temp.who('adam'), (pg_temp.complaint()).id, %L, %L, %L)$$, o, r, n)), e, o || ': ' || e)
  from (values ('maybe', null, 'x', 'AG004 /outcome'), ('corrected', null, ' ', 'AG004 /note'), ('revoked', 'error', 'x', 'AG003')) t (o, r, n, e);
select agora.verification_grant_example(pg_temp.who('emma'), 3);
select is(pg_temp.refusal($$select agora.complaint_decide(pg_temp.who('adam'), (pg_temp.complaint()).id, 'revoked', 'no_reason', 'x')$$), 'AG004 /reason', 'a revocation needs a reason of the list');
select is(agora.complaint_decide(pg_temp.who('adam'), (pg_temp.complaint()).id, 'revoked', 'error', 'It was somebody else.')::jsonb ->> 'outcome', 'revoked', 'it leads to a revocation');
select is(agora.member_level(pg_temp.who('emma')), 0, 'which is carried out');
create temp table told as select payload ->> 'text' as words from agora.outbox where payload ->> 'to' = 'jo@elsewhere.example' order by id desc limit 1;
select ok((select words like '%done what was needed%' and words not ilike '%emma%' and words not like '%revo%' and words not like '%somebody else%' from told), 'who complained is told in neutral words');
select ok((select words like '%' || agora.policy_text('verification.ombudsman') || '%' from told), 'and where else they can turn');
select is(pg_temp.refusal($$select agora.complaint_decide(pg_temp.who('anna'), (pg_temp.complaint()).id, 'corrected', null, 'x')$$), 'AG003', 'decided once');
-- About an admin.
select is(pg_temp.complain(handle => '@appeal-adam', code => 'cc'), true, 'somebody complains about an admin');
select isnt(agora.complaint_confirm('jo@elsewhere.example', repeat('cc', 32), '192.0.2.1'), null, 'and confirms');
select is(agora.complaint_list(pg_temp.who('adam'), 'open')::jsonb -> 'items', '[]', 'who does not see it');
select is(jsonb_array_length(agora.complaint_list(pg_temp.who('anna'), 'open')::jsonb -> 'items'), 1, 'but another admin');
select is(pg_temp.refusal($$select agora.complaint_decide(pg_temp.who('adam'), (select id from agora.complaint where decided_at is null and confirmed_at is not null), 'corrected', null, 'x')$$), 'AG001', 'nor decide it');
update agora.complaint set acknowledge_by = now() - interval '1 hour' where decided_at is null;
select is(agora.complaint_list(pg_temp.who('anna'), 'open')::jsonb -> 'items' -> 0 ->> 'late', 'true', 'it is late when it was not acknowledged in time');
-- Floods
select is(pg_temp.complain('198.51.100.7', email => 'f' || n || '@flood.example'), n <= 5, format('complaint %s of one network in a day', n)) from generate_series(1, 6) n;
select is(pg_temp.complain('2001:db8::1', email => 'six@flood.example'), true, 'another network can');
select is(pg_temp.complain('203.0.113.' || n, email => 'one@flood.example'), true, 'an address that gets too many is not told') from generate_series(1, 21) n;
select is((select count(*) from agora.complaint where email = 'one@flood.example'), 20::bigint, 'but gets no more than twenty an hour');

-- Figures
create temp table figure as select agora.redress_figures(now() - interval '1 day', now() + interval '1 day') as f;
select is((select f -> 'appeals' ->> 'decided' from figure), '3', 'appeals that were decided are counted');
select is((select f -> 'appeals' -> 'outcomes' from figure), '{"upheld": 1, "overturned": 2}', 'by outcome');
select is((select f -> 'appeals' ->> 'overturn_rate' from figure), '0.667', 'how many did not stand');
select is((select f -> 'by_pair' -> 0 ->> 'name' from figure), 'one person', 'decisions of one person are not told apart');
select is((select jsonb_path_query_array(f, '$.by_route[*].name') from figure), '["remote", "revocation"]', 'by route');
select is((select jsonb_path_query_array(f, '$.by_access_need[*] ? (@.name == "yes").overturned') from figure), '[1]', 'by need for access');
select is((select f -> 'complaints' ->> 'opened' from figure), '2', 'complaints that were confirmed are counted');
select is((select f -> 'complaints' ->> 'late' from figure), '0', 'none was decided late');
select is((select f -> 'appeals' ->> 'decided' from (select agora.redress_figures(now() + interval '1 day', now() + interval '2 days') as f) t), '0', 'another time has its own');
select is((select f -> 'appeals' ->> 'median_days_to_decide' from figure), '0.0', 'with the median in days');
select * from finish();
rollback;
