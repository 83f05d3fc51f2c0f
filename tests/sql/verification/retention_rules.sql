-- Retention: what is kept how long, what goes then, what a legal hold keeps, and that the audit log holds nothing
-- that would have to go.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language sql as $$
  with p as (insert into agora.person default values returning id)
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  select id, name || '@retention.example', 'retention-' || name, initcap(name) || 'given', initcap(name) || 'family', 'active', roles from p
  returning id
$$;
create temp table actor as
  select n as name, pg_temp.account(n, case when n in ('vera', 'victor') then '{verifier}' when n = 'adam' then '{admin}' else '{}' end::agora.account_role[]) as id
    from unnest(array['ada', 'bea', 'cleo', 'dora', 'emma', 'vera', 'victor', 'adam']) n;
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
create temp table subject (name text primary key, id uuid);
create function pg_temp.it(n text) returns uuid language sql as 'select id from subject where name = n';
\ir ../lib/refusal.psql
create function pg_temp.begun(n text) returns uuid language plpgsql as $$
declare
  made uuid := (select (body::jsonb ->> 'id')::uuid from agora.case_open(pg_temp.who(n), 2));
begin
  insert into subject values (n, made) on conflict (name) do update set id = excluded.id;
  perform agora.case_claims_put(pg_temp.who(n), made, null, jsonb_build_object('given_name', initcap(n) || 'given', 'family_name', initcap(n) || 'family', 'birthdate', '1980-05-17', 'x_licence_number', 'L77' || n));
  perform agora.case_evidence_add(pg_temp.who(n), made, 'document', 'passport', 'PASS' || n, 'Office of ' || n, 'GB', '2020-01-01', null, 'Note of ' || n);
  return made;
end $$;
create function pg_temp.taken(n text) returns void language plpgsql as $$
begin
  perform pg_temp.begun(n);
  perform agora.case_submit(pg_temp.who(n), pg_temp.it(n), null);
  update agora.vcase set due_at = '2000-01-01', version = version + 1 where id = pg_temp.it(n);
  perform agora.case_take_next(pg_temp.who('vera'));
  perform agora.case_check_record(pg_temp.who('vera'), pg_temp.it(n), e.id, 'vri', 'passed', 'Register of ' || n, 'Remark on ' || n)
    from agora.evidence e where e.case_id = pg_temp.it(n);
end $$;
create function pg_temp.approved(n text) returns void language plpgsql as $$
begin
  perform pg_temp.taken(n);
  perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it(n)), null, 'approve', '{}', null, 'Private about ' || n, agora.case_hash(pg_temp.it(n)));
end $$;
create function pg_temp.rejected(n text, code text) returns void language plpgsql as $$
begin
  perform pg_temp.taken(n);
  perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it(n)), null, 'reject', array[code], 'We are sorry, ' || n, 'Private about ' || n);
end $$;
-- As if everything about a case had happened so long before.
create function pg_temp.age(n text, by interval) returns void language plpgsql as $$
begin
  set local session_replication_role = replica;
  update agora.vcase set state_at = state_at - by, decided_at = decided_at - by where id = pg_temp.it(n);
  update agora.audit_event set at = least(at, now()) - by where subject = pg_temp.it(n);
  update agora.verification set verified_at = verified_at - by, valid_until = valid_until - by, ended_at = ended_at - by where case_id = pg_temp.it(n);
  set local session_replication_role = origin;
end $$;
-- Whether a word stands anywhere in a table of the case work.
create function pg_temp.found(word text) returns text[] language plpgsql as $$
declare
  t text; hit boolean; hits text[] := '{}';
begin
  foreach t in array '{claim,evidence,vcheck,vouch,decision,vcase,vcase_question,appeal,complaint,verification,evaluation,retention_counter,retention_item,audit_event,vcase_event}'::text[] loop
    execute format('select exists (select from agora.%I x where x::text ilike %L)', t, '%' || word || '%') into hit;
    if hit then hits := hits || t; end if;
  end loop;
  return hits;
end $$;
create function pg_temp.due(c text) returns bigint language sql as 'select count(*) from agora.retention_due(c, now())';
create function pg_temp.run(dry boolean default false) returns bigint language sql as 'select sum(done)::bigint from agora.retention_run(dry)';
create function pg_temp.ran(c text, dry boolean default false) returns text language sql as
  'select r.due || ''/'' || r.held || ''/'' || r.done from agora.retention_run(dry) r where r.class = c';

select no_plan();
select is(pg_temp.run(), 0::bigint, 'at first nothing is due');

-- Drafts
select pg_temp.begun('ada');
select is(pg_temp.due('drafts'), 0::bigint, 'a new draft is kept');
select pg_temp.age('ada', '29 days');
select is(pg_temp.due('drafts'), 0::bigint, 'for 30 days after its last change');
select pg_temp.age('ada', '1 day');
select is(pg_temp.due('drafts'), 1::bigint, 'then it is due');
select is(pg_temp.ran('drafts', true), '1/0/0', 'a dry run counts');
select is(pg_temp.found('PASSada'), '{evidence}', 'and removes nothing');
select is(pg_temp.ran('drafts'), '1/0/1', 'a run removes');
select is(pg_temp.found('PASSada'), '{}', 'the evidence is gone');
select is(pg_temp.found('Adagiven'), '{}', 'and what was claimed');
select is((select state::text from agora.vcase where id = pg_temp.it('ada')), 'withdrawn', 'the draft is closed');
select is(pg_temp.ran('drafts'), '0/0/0', 'a second run finds nothing');
select is_empty($$select from agora.retention_ends('drafts', now())$$, 'nor looks at what has gone');
select pg_temp.begun('ada');
select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it('ada'));
select is(pg_temp.due('drafts'), 0::bigint, 'what was withdrawn is kept');
select pg_temp.age('ada', '30 days');
select is(pg_temp.ran('drafts'), '1/0/1', 'for 30 days');
select is(pg_temp.found('Office of ada'), '{}', 'and is gone then');
select is((select count(*) from agora.vcase_event where case_id = pg_temp.it('ada')), 2::bigint, 'its timeline stays');

-- Evidence facts
select pg_temp.approved('bea');
select is(agora.member_level(pg_temp.who('bea')), 2, 'a member is verified');
select pg_temp.age('bea', '60 months');
select is(pg_temp.due('evidence_facts'), 0::bigint, 'facts are kept for the life of the verification');
select pg_temp.age('bea', '71 months');
select is(pg_temp.due('evidence_facts'), 0::bigint, 'and six years after');
select pg_temp.age('bea', '1 month');
select is(pg_temp.due('evidence_facts'), 1::bigint, 'then they are due');
select is((select due || '/' || held || '/' || soon from agora.retention_state() where class = 'evidence_facts'), '1/0/0', 'as the report says');

-- Legal holds
select is(pg_temp.refusal(format($$select agora.hold_place(pg_temp.who(%L), %L, %L, %L, %L)$$, w, k, s, r, d)), e, name)
  from (values
    ('bea', 'person', 'retention-bea', 'Court', current_date, 'AG002', 'a member places no hold'),
    ('vera', 'person', 'retention-bea', 'Court', current_date, 'AG002', 'nor does a verifier'),
    ('adam', 'person', 'nobody-here', 'Court', current_date, 'AG004 /subject', 'it is on somebody'),
    ('adam', 'person', 'retention-bea', ' ', current_date, 'AG004 /reason', 'with a reason'),
    ('adam', 'person', 'retention-bea', 'Court', current_date - 1, 'AG004 /review_on', 'not reviewed in the past'),
    ('adam', 'person', 'retention-bea', 'Court', (current_date + interval '6 months 2 days')::date, 'AG004 /review_on', 'nor later than in six months'),
    ('adam', 'person', 'retention-bea', 'Court', null, 'AG004 /review_on', 'but on a day')) t (w, k, s, r, d, e, name);
create temp table hold as select (agora.hold_place(pg_temp.who('adam'), 'person', 'retention-bea', 'A court asks.', (current_date + interval '6 months')::date)::jsonb ->> 'id')::uuid as id;
select is(pg_temp.ran('evidence_facts'), '1/1/0', 'what is held does not go');
select is(agora.evidence_held(pg_temp.it('bea')), true, 'nor do files');
select is(agora.legal_hold_on_case(pg_temp.it('bea')), true, 'a hold on a person is one on their cases');
select is(left(pg_temp.refusal($$update agora.legal_hold set review_on = reviewed_at::date + 200$$), 5), '23514', 'the table itself knows six months');
update agora.legal_hold set placed_at = now() - interval '7 months', reviewed_at = now() - interval '7 months', review_on = current_date - 40;
select is(pg_temp.ran('evidence_facts'), '1/1/0', 'it holds although its review is overdue');
select is(agora.retention_report(pg_temp.who('adam'))::jsonb -> 'holds' -> 0 ->> 'overdue', 'true', 'which the report says');
select is(agora.hold_remind(), 1::bigint, 'and its owner is told');
select is(agora.hold_remind(), 0::bigint, 'once');
select is(agora.hold_extend(pg_temp.who('adam'), (select id from hold), current_date + 10)::jsonb ->> 'overdue', 'false', 'it can be extended');
select lives_ok($$select agora.hold_lift(pg_temp.who('adam'), (select id from hold))$$, 'and lifted');
select is(pg_temp.refusal($$select agora.hold_lift(pg_temp.who('adam'), (select id from hold))$$), 'AG003', 'once');
create temp table by_case as select (agora.hold_place(pg_temp.who('adam'), 'case', (select lower(reference) from agora.vcase where id = pg_temp.it('bea')), 'A court asks.', current_date)::jsonb ->> 'id')::uuid as id;
select is(pg_temp.ran('evidence_facts'), '1/1/0', 'a case is held by its reference');
select lives_ok($$select agora.hold_lift(pg_temp.who('adam'), (select id from by_case))$$, 'lifted as well');
select is(pg_temp.refusal($$select agora.retention_report(pg_temp.who('vera'))$$), 'AG002', 'the report is for admins');

select isnt_empty($$select from agora.evaluation where case_id = pg_temp.it('bea')$$, 'what the scorer found is kept as long');
select is(pg_temp.ran('evidence_facts'), '1/0/1', 'then they go');
select is_empty($$select from agora.evaluation where case_id = pg_temp.it('bea')$$, 'with what the scorer found');
select is_empty($$select from agora.retention_ends('evidence_facts', now())$$, 'and are looked at no more');
select is(pg_temp.found(w), '{}', w || ' is nowhere any more') from unnest(array['PASSbea', 'Beagiven', 'L77bea', 'Note of bea', 'Office of bea', 'Register of bea', 'Remark on bea']) w;
select is((select passed || '/' || other from agora.retention_counter where subtype = 'passport' and issuer_country = 'GB'), '1/0', 'a counter stays');
select is((select count(*) from agora.verification where case_id = pg_temp.it('bea')), 1::bigint, 'and that there was a verification');
select isnt((select snapshot_hash from agora.decision where case_id = pg_temp.it('bea')), null, 'and the hash of what it rested on');

-- A rejection
select pg_temp.rejected('cleo', 'missing_evidence');
select pg_temp.age('cleo', '71 months');
select is(pg_temp.due('evidence_facts'), 0::bigint, 'facts of a rejection are kept six years');
select pg_temp.age('cleo', '1 month');
select is(pg_temp.ran('evidence_facts'), '1/0/1', 'then they go');
select is(pg_temp.found('PASScleo'), '{}', 'all of them');
select is(pg_temp.found('about cleo'), '{decision}', 'the decision stays');
select pg_temp.age('cleo', '12 months');
select is(pg_temp.ran('decisions'), '1/0/1', 'for seven years');
select is(pg_temp.found('cleo'), '{}', 'then its texts go');
select is((select outcome || ' ' || reason_codes::text from agora.decision where case_id = pg_temp.it('cleo')), 'reject {missing_evidence}', 'not its outcome and reasons');

-- Restricted rejections
select pg_temp.taken('dora');
set local session_replication_role = replica;
insert into agora.decision (case_id, by, outcome, reason_codes, public_text, private_note, computed, duplicates, state)
values (pg_temp.it('dora'), pg_temp.who('vera'), 'reject', '{counter_fraud}', 'We are sorry.', 'Forged.', '{"level": 0}', 0, 'final');
update agora.vcase set state = 'rejected', decided_at = now() where id = pg_temp.it('dora');
set local session_replication_role = origin;
select is(pg_temp.due('restricted_rejections'), 0::bigint, 'a rejection for fraud keeps its facts for the appeal');
select pg_temp.age('dora', '30 days');
select is(pg_temp.ran('restricted_rejections'), '1/0/1', 'then only what finds the person again stays');
select is(pg_temp.found('PASSdora'), '{}', 'no evidence');
select isnt_empty($$select from agora.person_key where source = pg_temp.it('dora')$$, 'but the hashes');
select is(pg_temp.due('evidence_facts'), 0::bigint, 'it is of no other class');
select pg_temp.age('dora', '22 months');
select is(pg_temp.due('restricted_hashes'), 0::bigint, 'for 24 months');
select pg_temp.age('dora', '2 months');
select is(pg_temp.ran('restricted_hashes'), '1/0/1', 'then it goes');
select is_empty($$select from agora.person_key where source = pg_temp.it('dora')$$, 'too');

-- An appeal that is open
select pg_temp.rejected('emma', 'missing_evidence');
select agora.appeal_case(pg_temp.who('emma'), pg_temp.it('emma'), 'Words of emma.', null);
select pg_temp.age('emma', '100 months');
select is(pg_temp.due('evidence_facts') + pg_temp.due('decisions'), 0::bigint, 'while an appeal is open nothing goes');
select agora.appeal_decide(pg_temp.who('victor'), (select id from agora.appeal where case_id = pg_temp.it('emma')), 'upheld', 'Reasons for emma.', null, null, null);
select pg_temp.run();
select is(pg_temp.found('emma'), '{}', 'afterwards its texts go with the decision');

-- Complaints
insert into agora.complaint (email, name, handle, relation, text, code_hash, expires_at)
values ('jo@elsewhere.example', 'Jo', 'x', 'myself', 'Words of jo', sha256('a'), now());
select is(pg_temp.ran('unconfirmed_complaints'), '1/0/1', 'a complaint that was not confirmed in time is deleted');
insert into agora.complaint (email, name, handle, relation, text, expires_at, confirmed_at, acknowledge_by, decide_by, decided_at, decided_by, outcome, note)
values ('jo@elsewhere.example', 'Jo', 'x', 'myself', 'Words of jo', now(), now(), now(), now(), now() - interval '24 months' + interval '1 day', pg_temp.who('adam'), 'corrected', 'Note on jo');
select is(pg_temp.due('complaints'), 0::bigint, 'one that was decided is kept for two years');
select is((select soon from agora.retention_state() where class = 'complaints'), 1::bigint, 'the report sees it come');
update agora.complaint set decided_at = decided_at - interval '1 day';
create temp table held as select (agora.hold_place(pg_temp.who('adam'), 'complaint', (select reference from agora.complaint), 'Court', current_date)::jsonb ->> 'id')::uuid as id;
select is(pg_temp.ran('complaints'), '1/1/0', 'unless it is held');
select agora.hold_lift(pg_temp.who('adam'), (select id from held));
select is(pg_temp.ran('complaints'), '1/0/1', 'then its texts go');
select is(pg_temp.found('elsewhere.example') || pg_temp.found('of jo') || pg_temp.found('on jo'), '{}', 'and who complained');

-- What an organisation sets counts.
select pg_temp.begun('ada');
select pg_temp.age('ada', '1 day');
update agora.retention_class set keeps = '1 day' where class = 'drafts';
select is(pg_temp.ran('drafts'), '1/0/1', 'an organisation can set the time');
update agora.retention_class set keeps = '30 days' where class = 'drafts';
update agora.policy set value = '1' where key = 'retention.batch';
select pg_temp.begun(n) from unnest(array['ada']) n;
select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it('ada'));
select pg_temp.age('ada', '31 days');
select pg_temp.begun('ada');
select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it('ada'));
select pg_temp.age('ada', '31 days');
select is(pg_temp.ran('drafts'), '2/0/1', 'a run takes a bounded number');
select is(agora.retention_by_clock(), 1::bigint, 'the worker goes on');
select is(agora.retention_by_clock(), 0::bigint, 'until there is no more');

-- The look is cheap: each class has its index, which holds only what has not gone.
create function pg_temp.whole_reads() returns numeric language sql as $$
  select sum(s.seq_scan) from pg_stat_xact_user_tables s
   where s.schemaname = 'agora' and s.relname in ('vcase', 'decision', 'verification', 'complaint', 'audit_event', 'retention_item')
$$;
set local enable_seqscan = off;
discard plans;
create temp table reads as select pg_temp.whole_reads() as before;
select is((select count(*) from agora.retention_class k, agora.retention_due(k.class, now()) d), 0::bigint, 'nothing is due any more');
select is(pg_temp.whole_reads(), (select before from reads), 'which no table was read whole to find');
set local enable_seqscan = on;

-- The audit log holds no personal field: ids, codes, counts and states only, so there are no salts to erase.
select is(pg_temp.found(w) @> '{audit_event}', false, format('the audit log never held %s', w))
  from unnest(array['Beagiven', 'Cleofamily', 'PASSbea', 'L77', 'retention.example', '1980-05-17', 'Office', 'sorry', 'Private', 'court asks', 'Words of', 'Jo']) w;
select is((select array_agg(distinct d.key) from agora.audit_event e, jsonb_each(e.detail) d
            where e.action <> 'topic.import' and d.key not in ('from', 'to', 'as', 'level', 'names', 'evidence', 'type', 'subtype', 'check', 'check_method', 'result', 'case', 'verification',
                                'reason', 'outcome', 'hold', 'review_on', 'class', 'count', 'relation', 'about', 'kind', 'sources')), null,
  'every field of its details is one that is known to name no person');
select is((select count(*) from agora.audit_event where action = 'retention.run'), (select count(*) from agora.audit_event where action = 'retention.run' and detail ? 'class' and detail ? 'count'),
  'runs are in it, with class and count');
select * from finish();
rollback;
