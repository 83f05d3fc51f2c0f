-- The guards of a case: what must hold besides the state. Each refusal names its field.
begin;
set local search_path = public, pg_temp;
\ir ../lib/scored.psql
\ir ../lib/person_keys.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}', person uuid default agora.new_id())
  returns uuid language sql as $$
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@guards.example', 'guards-' || name, initcap(name), 'Example', 'active', roles)
  returning id
$$;
create temp table actor as
  select 'ada' as name, pg_temp.account('ada') as id
  union all select 'bea', pg_temp.account('bea')
  union all select 'vera', pg_temp.account('vera', '{verifier}')
  union all select 'victor', pg_temp.account('victor', '{verifier}')
  union all select 'adam', pg_temp.account('adam', '{admin}');
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';

-- The case that a test is about.
create temp table subject (id uuid);
create function pg_temp.it() returns uuid language sql as 'select id from subject';
create function pg_temp.begun(level integer default 3, who text default 'ada') returns uuid language plpgsql as $$
begin
  delete from subject;
  insert into subject select (body::jsonb ->> 'id')::uuid from agora.case_open(pg_temp.who(who), level);
  return pg_temp.it();
end $$;
create function pg_temp.filled(level integer default 3, who text default 'ada') returns void language plpgsql as $$
begin
  perform pg_temp.begun(level, who);
  perform agora.case_claims_put(pg_temp.who(who), pg_temp.it(), null,
    '{"given_name": "Ada", "family_name": "Example", "birthdate": "1980-05-17", "x_licence_number": "77"}');
  perform agora.case_evidence_add(pg_temp.who(who), pg_temp.it(), 'document', 'passport', 'X 123', 'Passport office', 'GB', '2020-01-01', null, null);
end $$;
create function pg_temp.taken(level integer default 3, who text default 'ada') returns void language plpgsql as $$
begin
  perform pg_temp.filled(level, who);
  perform agora.case_submit(pg_temp.who(who), pg_temp.it(), null);
  perform agora.case_take_next(pg_temp.who('vera'));
end $$;
create function pg_temp.passport() returns uuid language sql as
  'select id from agora.evidence where case_id = pg_temp.it() and subtype = ''passport'' and removed_at is null';
create function pg_temp.seen_by(who text) returns jsonb language sql as
  'select body::jsonb from agora.case_get(pg_temp.who(who), pg_temp.it())';
create function pg_temp.withdrawn() returns void language sql as
  'select agora.case_withdraw(account_id, id) from agora.vcase where id = pg_temp.it() and decided_at is null and state <> ''withdrawn''';

-- Refused with a code and, for a field, its pointer (the DETAIL of the error).
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

select no_plan();
-- All members here have the same claims and passport; the screen has a test of its own.
update agora.policy set value = '[]' where key = 'verification.screen';

-- Beginning
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada'), 4)$$), 'AG004 /level', 'level 4 is not offered');
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada'), 0)$$), 'AG004 /level', 'level 0 cannot be asked for');
select isnt(pg_temp.begun(), null, 'a case can be begun');
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada'), 2)$$), 'AG003', 'a person has one open case');
insert into actor select 'ada_two', pg_temp.account('ada-two', '{verifier}', a.person_id) from agora.account a where a.id = pg_temp.who('ada');
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada_two'), 2)$$), 'AG003', 'nor has their second account another');
update agora.account set state = 'suspended' where id = pg_temp.who('bea');
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('bea'), 2)$$), 'AG002', 'a suspended account begins none');
update agora.account set state = 'active' where id = pg_temp.who('bea');

-- Claims
select is(pg_temp.refusal(format($$select agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), null, %L)$$, claims)), expected, name)
  from (values
    ('{"shoe_size": "42"}', 'AG004 /shoe_size', 'a claim must have a known name'),
    ('{"given_name": ""}', 'AG004 /given_name', 'a claim must not be empty'),
    ('{"given_name": "  "}', 'AG004 /given_name', 'nor blank'),
    ('{"given_name": 7}', 'AG004 /given_name', 'a claim is a text'),
    ('{"given_name": {"a": "b"}}', 'AG004 /given_name', 'not an object'),
    ('{"given_name": null}', 'AG004 /given_name', 'not null'),
    ('{"given_name": "a\u0007b"}', 'AG004 /given_name', 'a claim has no control characters'),
    ('{"given_name": "a\nb"}', 'AG004 /given_name', 'and is one line'),
    ('{"birthdate": "17.5.1980"}', 'AG004 /birthdate', 'a date is YYYY-MM-DD'),
    ('{"birthdate": "1980-02-30"}', 'AG004 /birthdate', 'a date exists'),
    ('{"birthdate": "2980-02-03"}', 'AG004 /birthdate', 'a birthdate is past'),
    ('{"birthdate": "0980-02-03"}', 'AG004 /birthdate', 'a birthdate is of someone who lives'),
    ('{"nationalities": "British"}', 'AG004 /nationalities', 'a country is two letters'),
    (jsonb_build_object('given_name', repeat('x', 301))::text, 'AG004 /given_name', 'a claim has at most 300 characters'),
    ('[]', 'AG004', 'claims are an object')) t (claims, expected, name);
select is((agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), null, '{"given_name": " Ada ", "birthdate": "1980-02-29"}')).etag, '2', 'claims raise the version');
select is(pg_temp.seen_by('ada') -> 'claims', '{"given_name": "Ada", "birthdate": "1980-02-29"}', 'claims are kept, trimmed');
select is(pg_temp.refusal($$select agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), '1', '{}')$$), 'AG005', 'an old version is refused');
select is(pg_temp.refusal($$select agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), 'two', '{}')$$), 'AG005', 'what is no version is refused');
select is(pg_temp.refusal($$select agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), '2', '{}')$$), 'not refused', 'the version seen is taken');
select is(pg_temp.seen_by('ada') -> 'claims', '{}', 'claims are put anew as a whole');

-- Evidence
select is(pg_temp.refusal($$select agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'library_card', null, null, null, null, null, null)$$),
  'AG004 /subtype', 'evidence must be of a kind that is accepted');
select is(pg_temp.refusal($$select agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'passport', null, null, null, '2030-01-01', '2020-01-01', null)$$),
  'AG004 /date_of_expiry', 'a document cannot expire before it was issued');
select is(pg_temp.refusal($$select agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'passport', null, null, null, '2999-01-01', null, null)$$),
  'AG004 /date_of_issuance', 'nor be issued in the future');
select is(pg_temp.refusal($$select agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'passport', null, null, null, null, null, null)$$),
  case when n <= 12 then 'not refused' else 'AG003' end, format('piece %s of evidence', n)) from generate_series(1, 13) n;
select is(pg_temp.refusal($$select agora.case_evidence_remove(pg_temp.who('ada'), pg_temp.it(), agora.new_id())$$), 'AG001', 'evidence that is not there cannot be removed');

-- Sending
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG004 /claims/given_name', 'a case needs a given name');
do $$ begin perform agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), null, '{"given_name": "Ada"}'); end $$;
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG004 /claims/family_name', 'and a family name');
do $$ begin perform agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), null, '{"given_name": "Ada", "family_name": "E"}'); end $$;
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG004 /claims/birthdate', 'and for level 3 a date of birth');
do $$ begin perform pg_temp.withdrawn(); end $$;
do $$ begin perform pg_temp.begun(2); end $$;
do $$ begin perform agora.case_claims_put(pg_temp.who('ada'), pg_temp.it(), null, '{"given_name": "Ada", "family_name": "E"}'); end $$;
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG004 /evidence', 'and evidence');
do $$ begin perform pg_temp.withdrawn(); end $$;
do $$ begin perform pg_temp.filled(); end $$;
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), '1')$$), 'AG005', 'an old version is not sent');
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null)$$), 'not refused', 'a complete case is sent');
select is((select due_at from agora.vcase where id = pg_temp.it()), agora.working_days_after(now(), 5), 'it is due in five working days');
select is(agora.working_days_after(t::timestamptz, 5), due::timestamptz, t || ' and five working days')
  from (values ('2026-05-04 10:00+00', '2026-05-11 10:00+00'), ('2026-05-08 10:00+00', '2026-05-15 10:00+00'),
               ('2026-05-09 10:00+00', '2026-05-15 10:00+00'), ('2026-05-10 23:59+00', '2026-05-15 23:59+00')) d (t, due);
select is((select count(*) from agora.outbox where kind = 'mail' and payload ->> 'to' = 'ada@guards.example'), 1::bigint, 'the member is told by e-mail that it came');
select is((select count(distinct account_id) from agora.event where kind = 'queue' and account_id in (pg_temp.who('vera'), pg_temp.who('victor'))), 2::bigint, 'every verifier''s browser is told');

-- Taking: due first, never the own one
do $$ begin perform pg_temp.withdrawn(); end $$;
do $$ begin perform pg_temp.filled(3, 'bea'); end $$;
do $$ begin perform agora.case_submit(pg_temp.who('bea'), pg_temp.it(), null); end $$;
do $$ begin perform pg_temp.filled(3, 'ada'); end $$;
do $$ begin perform agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null); end $$;
update agora.vcase set due_at = due_at - interval '1 day', version = version + 1 where id = pg_temp.it();
select is((select (body::jsonb -> 'member' ->> 'handle') from agora.case_take_next(pg_temp.who('ada_two'))), 'guards-bea',
  'a verifier whose own case is due first gets the next one');
select is((select (body::jsonb -> 'member' ->> 'handle') from agora.case_take_next(pg_temp.who('vera'))), 'guards-ada', 'another gets the first');
select is((select count(*) from agora.case_take_next(pg_temp.who('victor'))), 0::bigint, 'then none is left');
select is(pg_temp.refusal($$select agora.case_take_next(pg_temp.who('adam'))$$), 'AG002', 'an admin takes none');
do $$ begin perform agora.case_withdraw(c.account_id, c.id) from agora.vcase c where c.state in ('queued', 'in_review'); end $$;

-- Checks
do $$ begin perform pg_temp.taken(); end $$;
select is(pg_temp.refusal($$select agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), 'data', 'passed', null, null)$$),
  'AG004 /check_method', 'evidence is checked only as its kind allows');
select is(pg_temp.refusal($$select agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), 'bvr', 'passed', null, null)$$),
  'AG004 /check_method', 'automated face matching is not among the methods');
select is(pg_temp.refusal($$select agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), 'vri', 'perhaps', null, null)$$),
  'AG004 /result', 'a check has one of three results');
select is(pg_temp.refusal($$select agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), agora.new_id(), 'vri', 'passed', null, null)$$),
  'AG004 /evidence', 'a check is of evidence of this case');
select is(pg_temp.refusal($$select agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), 'vri', 'passed', 'Office', 'looks worn')$$),
  'not refused', 'the verifier records a check');
select is(jsonb_array_length(pg_temp.seen_by('vera') #> '{evidence,0,checks}'), 1, 'the verifier sees it');
select is(pg_temp.seen_by('ada') #> '{evidence,0,checks}', '[]', 'the member does not, before the decision');
select ok(not pg_temp.seen_by('ada') ?| '{computed,duplicates}', 'nor the computed level nor the duplicates');

-- Asking and answering
select is(pg_temp.refusal(format($$select agora.case_ask(pg_temp.who('vera'), pg_temp.it(), null, %L, %L)$$, codes, words)), expected, name)
  from (values ('{}', 'Why?', 'AG004 /reason_codes', 'a question has a reason'),
               ('{counter_fraud}', 'Why?', 'AG004 /reason_codes', 'one that is for asking'),
               ('{missing_side}', ' ', 'AG004 /text', 'and a text')) t (codes, words, expected, name);
select is(pg_temp.refusal($$select agora.case_ask(pg_temp.who('vera'), pg_temp.it(), '1', '{missing_side}', 'Please.')$$), 'AG005', 'an old version is not asked about');
do $$ begin perform agora.case_ask(pg_temp.who('vera'), pg_temp.it(), null, '{missing_side}', 'Please show the back.'); end $$;
select is(pg_temp.seen_by('ada') -> 'question', '{"reason_codes": ["missing_side"], "text": "Please show the back."}', 'the member reads the question');
select is(pg_temp.seen_by('ada') #>> '{timeline,-1,text}', 'The verifier asked for more. Please show the back.', 'also in the timeline');
select ok(not exists (select from agora.outbox where payload ->> 'text' like '%show the back%'), 'no e-mail carries it');
update agora.vcase set state_at = now() - interval '3 days', version = version + 1 where id = pg_temp.it();
create temp table due as select due_at from agora.vcase where id = pg_temp.it();
do $$ begin perform agora.case_evidence_remove(pg_temp.who('ada'), pg_temp.it(), pg_temp.passport()); end $$;
select is((select count(*) from agora.evidence where case_id = pg_temp.it() and removed_at is not null), 1::bigint, 'evidence that was checked stays on record when it is removed');
select is(pg_temp.seen_by('vera') -> 'evidence', '[]', 'but is shown no more');
do $$ begin perform agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'passport', 'Y', null, null, null, null, null); end $$;
do $$ begin perform agora.case_evidence_remove(pg_temp.who('ada'), pg_temp.it(), pg_temp.passport()); end $$;
select is((select count(*) from agora.evidence where case_id = pg_temp.it()), 1::bigint, 'evidence that nobody checked is deleted');
do $$ begin perform agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'document', 'passport', 'X 123', 'Passport office', 'GB', null, null, null); end $$;
do $$ begin perform agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null); end $$;
select is((select assigned_to from agora.vcase where id = pg_temp.it()), pg_temp.who('vera'), 'the answer goes to the verifier who asked');
select is((select due_at from agora.vcase where id = pg_temp.it()), (select due_at + interval '3 days' from due), 'the clock stood still meanwhile');
select ok(not pg_temp.seen_by('ada') ? 'question', 'the question is answered');
do $$ begin perform agora.case_ask(pg_temp.who('vera'), pg_temp.it(), null, '{missing_side}', 'Again.'); end $$;
update agora.account set roles = '{}' where id = pg_temp.who('vera');
do $$ begin perform agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null); end $$;
select is((select state from agora.vcase where id = pg_temp.it()), 'queued', 'when that verifier is one no more, the answer goes to the queue');
update agora.account set roles = '{verifier}' where id = pg_temp.who('vera');
do $$ begin perform pg_temp.withdrawn(); end $$;

-- Releasing
do $$ begin perform pg_temp.taken(); end $$;
do $$ begin perform agora.case_release(pg_temp.who('adam'), pg_temp.it()); end $$;
select is((select (state, assigned_to is null)::text from agora.vcase where id = pg_temp.it()), '(queued,t)', 'an admin gives a case back for a verifier who is away');
do $$ begin perform agora.case_take_next(pg_temp.who('vera')); end $$;
do $$ begin perform agora.case_release(pg_temp.who('vera'), pg_temp.it()); end $$;
select is((select state from agora.vcase where id = pg_temp.it()), 'queued', 'so does the verifier');
do $$ begin perform agora.case_take_next(pg_temp.who('vera')); end $$;

-- Deciding
select is(pg_temp.refusal(format($$select agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), %L, %L, %L, %L, null, agora.case_hash(pg_temp.it()))$$, seen, how, codes, words)), expected, name)
  from (values
    (null, 'approve', '{}', null, 'AG003', 'an approval needs evidence and checks for the level'),
    (null, 'approve', '{not_a_member}', null, 'AG004 /reason_codes', 'and has no reasons'),
    (null, 'reject', '{}', 'Sorry.', 'AG004 /reason_codes', 'a rejection needs a reason'),
    (null, 'reject', '{no_such}', 'Sorry.', 'AG004 /reason_codes', 'one of the list'),
    (null, 'reject', '{not_a_member}', null, 'AG004 /public_text', 'and a text for the member'),
    (null, 'reject', '{not_a_member}', '  ', 'AG004 /public_text', 'that is not blank'),
    (null, 'maybe', '{}', null, 'AG004 /outcome', 'a decision is approve or reject'),
    ('1', 'reject', '{not_a_member}', 'Sorry.', 'AG005', 'an old version is not decided')) t (seen, how, codes, words, expected, name);
do $$ begin perform agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), m, 'passed', null, null) from unnest(array['vcrypt', 'pvr']) m; end $$;
do $$ begin perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'approve', '{}', 'Welcome.', 'Known to me by sight.', agora.case_hash(pg_temp.it())); end $$;
select is(pg_temp.seen_by('ada') #>> '{decision,public_text}', 'Welcome.', 'the member reads the text');
select ok(not (pg_temp.seen_by('ada') -> 'decision') ? 'private_note', 'not the private note');
select is(pg_temp.seen_by('ada') #>> '{decision,by}', agora.policy_text('organisation.name'), 'and is told that the organisation decided');
select ok(position('Vera' in pg_temp.seen_by('ada')::text) = 0, 'nothing names the verifier to the member');
select is(pg_temp.seen_by('vera') #>> '{decision,private_note}', 'Known to me by sight.', 'the verifier reads the note');
select is(jsonb_array_length(pg_temp.seen_by('ada') #> '{evidence,0,checks}'), 2, 'the member sees what was found good');
select is((select computed ->> 'level' from agora.decision where case_id = pg_temp.it()), '3', 'the decision keeps what was computed');
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada'), 2)$$), 'AG004 /level', 'a lower level than held cannot be asked for');
select is((select count(*) from agora.claim where case_id = pg_temp.it() and verification_id is not null), 3::bigint, 'names and birthdate are verified; the licence, for which no register was checked, is not');

-- Duplicates, and what a rejection tells
do $$ begin perform pg_temp.taken(3, 'bea'); end $$;
select is(pg_temp.seen_by('vera') -> 'duplicates', '[{"handle": "guards-ada", "shown_name": "Ada Example", "why": "Same name and date of birth"}]',
  'the same name and birthdate are found again') ;
do $$ begin perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'reject', '{counter_fraud,not_a_member}', 'We cannot verify you.', 'Second account?'); end $$;
do $$ begin perform agora.case_take_next(pg_temp.who('victor')); end $$;
do $$ begin perform agora.case_second(pg_temp.who('victor'), pg_temp.scored(pg_temp.it()), null, 'confirm', agora.case_hash(pg_temp.it()), null); end $$;
select is(pg_temp.seen_by('bea') #> '{decision,reason_codes}', '["not_a_member"]', 'a restricted reason is not shown to the member');
select is(pg_temp.seen_by('vera') #> '{decision,reason_codes}', '["counter_fraud", "not_a_member"]', 'but to the verifier');
select is((select duplicates from agora.decision where case_id = pg_temp.it()), 1, 'the decision keeps how many duplicates were found');
select is(agora.member_level(pg_temp.who('bea')), 0, 'a rejection gives no level');
do $$ begin perform pg_temp.begun(3, 'bea'); end $$;
do $$ begin perform agora.case_claims_put(pg_temp.who('bea'), pg_temp.it(), null, '{"given_name": "Bea", "family_name": "Else", "birthdate": "1990-01-01"}'); end $$;
do $$ begin perform agora.case_evidence_add(pg_temp.who('bea'), pg_temp.it(), 'document', 'passport', 'x-123', null, null, null, null, null); end $$;
do $$ begin perform agora.case_submit(pg_temp.who('bea'), pg_temp.it(), null); end $$;
do $$ begin perform agora.case_take_next(pg_temp.who('vera')); end $$;
select is(pg_temp.seen_by('vera') #>> '{duplicates,0,why}', 'Same number of a document: Passport', 'the same document number is found again, however it is written');

-- The queue
select is((select array_agg(i ->> 'shown_name') from jsonb_array_elements(agora.case_queue(pg_temp.who('vera'), 'mine', 20, null)::jsonb -> 'items') i), '{"Bea Example"}', 'mine: what the verifier has');
select is((select array_agg(i ->> 'shown_name') from jsonb_array_elements(agora.case_queue(pg_temp.who('ada_two'), 'decided', 20, null)::jsonb -> 'items') i), '{"Bea Example"}', 'decided: the own case is not in the own queue');
select is(pg_temp.refusal($$select agora.case_queue(pg_temp.who('adam'), 'waiting', 20, null)$$), 'AG002', 'the queue is for verifiers');
select is(pg_temp.refusal($$select agora.case_queue(pg_temp.who('vera'), 'waiting', 20, 'here')$$), 'AG004 /cursor', 'a cursor is one that was given');

select * from finish();
rollback;
