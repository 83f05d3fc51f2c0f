-- Vouching: who may vouch, what they must say, how often, for how long it holds, and what ends it.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language sql as $$
  with p as (insert into agora.person default values returning id)
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  select id, name || '@vouch.example', 'vouch-' || name, initcap(name), 'Of' || name, 'active', roles from p
  returning id
$$;
create temp table actor as
  select n as name, pg_temp.account(n, case n when 'vera' then '{verifier}' when 'victor' then '{verifier}' else '{}' end::agora.account_role[]) as id
    from unnest(array['ada', 'bea', 'cleo', 'dora', 'low', 'vera', 'victor', 'foe']) n;
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
create function pg_temp.person(wanted text) returns uuid language sql as 'select agora.case_person(id) from actor where name = wanted';
select agora.verification_grant_example(pg_temp.who(n), l)
  from (values ('bea', 3), ('cleo', 3), ('dora', 3), ('vera', 3), ('low', 1), ('foe', 3)) v (n, l);
insert into agora.block (blocker_person, blocked_person, blocker, blocked)
values (pg_temp.person('foe'), pg_temp.person('ada'), pg_temp.who('foe'), pg_temp.who('ada'));

create temp table subject (name text primary key, id uuid);
create function pg_temp.it(n text default 'ada') returns uuid language sql as 'select id from subject where name = n';
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
create function pg_temp.begun(n text, level integer default 2) returns uuid language plpgsql as $$
begin
  insert into subject select n, (body::jsonb ->> 'id')::uuid from agora.case_open(pg_temp.who(n), level)
  on conflict (name) do update set id = excluded.id;
  perform agora.case_claims_put(pg_temp.who(n), pg_temp.it(n), null,
    jsonb_build_object('given_name', initcap(n), 'family_name', 'Of' || n, 'birthdate', '1980-05-17'));
  return pg_temp.it(n);
end $$;
create function pg_temp.named(voucher text, n text default 'ada') returns uuid language sql as $$
  select (agora.vouch_name(pg_temp.who(n), pg_temp.it(n), 'vouch-' || voucher, 'Please.')::jsonb ->> 'id')::uuid
$$;
create function pg_temp.vouch_of(voucher text, n text default 'ada') returns agora.vouch language sql as
  'select * from agora.vouch where case_id = pg_temp.it(n) and voucher_id = pg_temp.who(voucher) order by named_at desc limit 1';
create function pg_temp.give(voucher text, n text default 'ada', since date default '2001-01-01', known_as text default null) returns jsonb language sql as $$
  select agora.vouch_give(pg_temp.who(voucher), (pg_temp.vouch_of(voucher, n)).id, 'We worked together.', since,
                          coalesce(known_as, initcap(n) || ' Of' || n), true, true, true)::jsonb
$$;
create function pg_temp.state_of(n text default 'ada') returns text language sql as 'select state::text from agora.vcase where id = pg_temp.it(n)';
create function pg_temp.mails(who text) returns bigint language sql as
  'select count(*) from agora.outbox where kind = ''mail'' and payload ->> ''to'' = who || ''@vouch.example''';
create function pg_temp.taken(n text default 'ada') returns void language plpgsql as $$
begin
  perform agora.case_submit(pg_temp.who(n), pg_temp.it(n), null);
  update agora.vcase set due_at = '2000-01-01', version = version + 1 where id = pg_temp.it(n);
  perform agora.case_take_next(pg_temp.who('victor'));
end $$;

select no_plan();

-- Naming
select isnt(pg_temp.begun('ada'), null, 'a case is begun');
select is(pg_temp.refusal(format($$select agora.vouch_name(pg_temp.who('ada'), pg_temp.it(), %L, null)$$, h)), 'AG004 /handle', h || ': ' || why)
  from (values ('vouch-ada', 'nobody vouches for themselves'), ('vouch-nobody', 'an unknown member'), ('vouch-low', 'a level below the one asked for'),
               ('vouch-foe', 'who has blocked the member looks like nobody'), ('vouch-victor', 'who is not verified')) t (h, why);
select is(pg_temp.refusal($$select agora.vouch_name(pg_temp.who('bea'), pg_temp.it(), 'vouch-cleo', null)$$), 'AG001', 'only the member names vouchers');
select lives_ok($$select agora.vouch_name(pg_temp.who('ada'), pg_temp.it(), 'https://agora.example/m/vouch-bea', 'Please.')$$, 'a voucher is named by the address of their page');
select is(pg_temp.refusal($$select agora.vouch_name(pg_temp.who('ada'), pg_temp.it(), '@vouch-bea', null)$$), 'AG003', 'each once');
select is((pg_temp.vouch_of('bea')).state::text, 'named', 'a voucher is named first');
select is(pg_temp.mails('bea'), 0::bigint, 'and not asked before the request is sent');
select is(agora.vouch_list(pg_temp.who('bea'))::jsonb -> 'items', '[]', 'nor do they see it');
select is(pg_temp.refusal($$select pg_temp.give('bea')$$), 'AG001', 'nor can they answer');
select is(pg_temp.refusal($$select agora.case_evidence_add(pg_temp.who('ada'), pg_temp.it(), 'vouch', 'digital_attestation', null, 'Myself', null, null, null, null);
  set constraints all immediate$$), 'AG004 /subtype', 'a vouch is never described by hand');
set constraints all deferred;
select lives_ok($$select pg_temp.named(n) from unnest(array['cleo', 'dora', 'vera']) n$$, 'four are named');
select agora.verification_grant_example(pg_temp.who('low'), 3);
select is(pg_temp.refusal($$select pg_temp.named('low')$$), 'AG003', 'a request names four at most');
select lives_ok($$select agora.case_evidence_remove(pg_temp.who('ada'), pg_temp.it(), (pg_temp.vouch_of('vera')).evidence_id)$$, 'one is taken back');
select is((pg_temp.vouch_of('vera')).state::text, 'cancelled', 'who is then not asked');
select ok(not agora.case_vouched_by(pg_temp.it(), pg_temp.person('vera')), 'and may act on the case');
select ok(agora.case_vouched_by(pg_temp.it(), pg_temp.person('bea')), 'who is named may not');

-- Asking
select lives_ok($$select pg_temp.taken()$$, 'the request is sent, and taken');
select is(pg_temp.state_of(), 'in_review', 'a verifier looks at it');
select is((pg_temp.vouch_of('bea')).state::text, 'asked', 'those named are asked when it is sent');
select is(pg_temp.mails('bea'), 1::bigint, 'by one e-mail');
select is(pg_temp.mails('vera'), 0::bigint, 'who was taken back is not');
select ok(not exists (select from agora.outbox where payload::text ilike '%Of Ada%' or payload::text ilike '%Ofada%' and payload ->> 'to' like 'bea@%'), 'which does not name the member');
select is(agora.vouch_list(pg_temp.who('bea'))::jsonb -> 'items' -> 0 -> 'member' ->> 'handle', 'vouch-ada', 'the voucher sees who asks');
select is(agora.vouch_list(pg_temp.who('bea'))::jsonb -> 'items' -> 0 ->> 'message', 'Please.', 'and what they say');
select is(pg_temp.refusal($$select agora.vouch_give(pg_temp.who('cleo'), (pg_temp.vouch_of('bea')).id, 'x', '2001-01-01', 'Ada', true, true, true)$$), 'AG001', 'nobody answers for another');

-- Waiting
select is(pg_temp.refusal($$select agora.vouch_wait(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG002', 'the member does not make the case wait');
select lives_ok($$select agora.vouch_wait(pg_temp.who('victor'), pg_temp.it(), null)$$, 'its verifier waits for the vouchers');
select is(pg_temp.state_of(), 'needs_third_party', 'the case waits');

-- What must be said
select is(pg_temp.refusal(format($$select agora.vouch_give(pg_temp.who('bea'), (pg_temp.vouch_of('bea')).id, %L, %L, %L, %L, %L, %L)$$, r, s, n, f, a, c)), expected, name)
  from (values
    (' ', '2001-01-01', 'Ada', true, true, true, 'AG004 /relation', 'how they know the person'),
    (repeat('x', 501), '2001-01-01', 'Ada', true, true, true, 'AG004 /relation', 'in 500 characters'),
    ('Work', null, 'Ada', true, true, true, 'AG004 /known_since', 'since when'),
    ('Work', '2999-01-01', 'Ada', true, true, true, 'AG004 /known_since', 'not in the future'),
    ('Work', '2001-01-01', '', true, true, true, 'AG004 /known_as', 'by which name'),
    ('Work', '2001-01-01', E'Ada\u0007', true, true, true, 'AG004 /known_as', 'without control characters'),
    ('Work', '2001-01-01', 'Ada', false, true, true, 'AG004 /not_family', 'family cannot vouch'),
    ('Work', '2001-01-01', 'Ada', null, true, true, 'AG004 /not_family', 'nor who does not say'),
    ('Work', '2001-01-01', 'Ada', true, false, true, 'AG004 /not_same_address', 'nor who lives at the same address'),
    ('Work', '2001-01-01', 'Ada', true, true, false, 'AG004 /confirms', 'nor who does not confirm')) t (r, s, n, f, a, c, expected, name);

-- Answers
select is(pg_temp.give('bea') ->> 'state', 'given', 'a voucher vouches');
select is(pg_temp.state_of(), 'needs_third_party', 'the case waits for the others');
select is((select k.check_method || '/' || k.result || '/' || k.voucher_level from agora.vcheck k where k.evidence_id = (pg_temp.vouch_of('bea')).evidence_id),
  'x_vouch_known/passed/3', 'the check says: known for long, and the level of the voucher');
select is((pg_temp.vouch_of('bea')).valid_until, now() + interval '24 months', 'it holds for 24 months');
select is(pg_temp.refusal($$select pg_temp.give('bea')$$), 'AG003', 'nobody vouches twice');
select is(pg_temp.refusal($$select agora.vouch_decline(pg_temp.who('bea'), (pg_temp.vouch_of('bea')).id, null)$$), 'AG003', 'nor declines then');
select is(agora.vouch_decline(pg_temp.who('cleo'), (pg_temp.vouch_of('cleo')).id, 'We had a quarrel.')::jsonb ->> 'state', 'declined', 'another declines');
select is((select removed_at is not null from agora.evidence where id = (pg_temp.vouch_of('cleo')).evidence_id), true, 'which is no evidence any more');
select ok(agora.vouches_of_case(pg_temp.who('ada'), pg_temp.it()) not like '%quarrel%', 'the member does not read why');
select ok(agora.vouches_of_case(pg_temp.who('ada'), pg_temp.it()) not like '%declined%', 'nor that they declined');
select ok(agora.vouches_of_case(pg_temp.who('ada'), pg_temp.it()) not like '%worked together%', 'nor what the other voucher said');
select ok(agora.vouches_of_case(pg_temp.who('victor'), pg_temp.it()) like '%quarrel%', 'the verifier does');
select is(pg_temp.refusal($$select agora.vouches_of_case(pg_temp.who('vera'), pg_temp.it())$$), 'AG001', 'another verifier does not');
select is(pg_temp.give('dora', since => current_date - 300) ->> 'state', 'given', 'somebody known for less than two years may be vouched for');
select is(agora.vouch_method(pg_temp.vouch_of('dora')), 'x_vouch', 'but never counts above fair');
select is(agora.vouch_method((pg_temp.vouch_of('bea'))), 'x_vouch_known', 'two years count');
select is(agora.vouch_flags(pg_temp.vouch_of('dora')), '{known_short}', 'the verifier is told');
select is(pg_temp.state_of(), 'in_review', 'with the last answer the case goes on');
select is(pg_temp.refusal($$select agora.vouch_wait(pg_temp.who('victor'), pg_temp.it(), null)$$), 'AG003', 'when all have answered nobody waits');
select is(pg_temp.refusal($$select agora.case_uninvolved(c, pg_temp.who('bea')) from agora.vcase c where c.id = pg_temp.it()$$), 'AG002', 'a voucher may not decide (G1)');

-- Rings, and what else is flagged
select is(agora.vouch_rings(pg_temp.vouch_of('bea')), '{}', 'no ring yet');
select isnt(pg_temp.begun('bea', 3), null, 'the voucher asks to be checked again');
select agora.verification_grant_example(pg_temp.who('ada'), 3);
select lives_ok($$select pg_temp.named('ada', 'bea')$$, 'and names the member they vouched for');
select lives_ok($$select pg_temp.taken('bea')$$, 'sends it');
select lives_ok($$select pg_temp.give('ada', 'bea', known_as => 'Somebody Else')$$, 'who vouches back');
select ok(agora.vouch_rings(pg_temp.vouch_of('ada', 'bea')) @> '{ring_of_two}', 'A for B and B for A is a ring');
select ok(agora.vouch_flags(pg_temp.vouch_of('ada', 'bea')) @> '{name_differs,to_review}', 'another name is flagged too, and all of it is to be looked at');
select is((select count(*) from agora.vouch_review where vouch_id = (pg_temp.vouch_of('ada', 'bea')).id and reason = 'ring'), 1::bigint, 'verifiers have it on their list');
select isnt(pg_temp.begun('dora', 3), null, 'a third one asks');
select lives_ok($$select pg_temp.named('bea', 'dora')$$, 'naming the first voucher');
select lives_ok($$select pg_temp.taken('dora')$$, 'sends it');
select lives_ok($$select pg_temp.give('bea', 'dora')$$, 'who vouches');
-- bea vouched for dora, dora for ada, ada for bea.
select is(agora.vouch_rings(pg_temp.vouch_of('bea', 'dora')), '{ring_of_three}', 'A for B, B for C, C for A is a ring of three');

-- Review
select is(pg_temp.refusal($$select agora.vouch_review_list(pg_temp.who('bea'))$$), 'AG002', 'the list is for verifiers');
select is(jsonb_array_length(agora.vouch_review_list(pg_temp.who('vera'))::jsonb -> 'items'), 2, 'two rings are on it');
create function pg_temp.review_of(v uuid, why text) returns uuid language sql as
  'select id from agora.vouch_review where vouch_id = v and reason = why and closed_at is null';
select is(pg_temp.refusal(format($$select agora.vouch_review_close(pg_temp.who('vera'), %L, 'kept', ' ')$$, pg_temp.review_of((pg_temp.vouch_of('bea', 'dora')).id, 'ring'))),
  'AG004 /note', 'a review says why');
select lives_ok(format($$select agora.vouch_review_close(pg_temp.who('vera'), %L, 'kept', 'They work at one clinic.')$$, pg_temp.review_of((pg_temp.vouch_of('bea', 'dora')).id, 'ring')), 'a vouch is kept');
select lives_ok(format($$select agora.vouch_review_close(pg_temp.who('vera'), %L, 'set_aside', 'A favour.')$$, pg_temp.review_of((pg_temp.vouch_of('ada', 'bea')).id, 'ring')), 'or set aside');
select is((pg_temp.vouch_of('ada', 'bea')).state::text, 'set_aside', 'which ends it');
select is(agora.vouch_rings(pg_temp.vouch_of('bea', 'dora')), '{}', 'and the ring with it');

-- Withdrawn
select is(agora.vouch_withdraw(pg_temp.who('dora'), (pg_temp.vouch_of('dora')).id, 'I was asked to.')::jsonb ->> 'state', 'withdrawn', 'a voucher takes their word back');
select is((select removed_at is not null from agora.evidence where id = (pg_temp.vouch_of('dora')).evidence_id), true, 'an open case has it as evidence no more');
select isnt(pg_temp.review_of((pg_temp.vouch_of('dora')).id, 'withdrawn'), null, 'verifiers are told');
select is(pg_temp.refusal(format($$select agora.vouch_review_close(pg_temp.who('vera'), %L, 'kept', 'x')$$, pg_temp.review_of((pg_temp.vouch_of('dora')).id, 'withdrawn'))), 'AG003', 'what was withdrawn cannot be kept');

-- Fraud
select is((select v.result from agora.vcheck v where v.evidence_id = (pg_temp.vouch_of('bea')).evidence_id order by seq desc limit 1), 'passed', 'a vouch counts');
update agora.verification set state = 'revoked', ended_at = now(), ended_by = pg_temp.who('vera'), end_reason = 'left_organisation', end_note = 'x', version = version + 1
 where person_id = pg_temp.person('cleo') and state = 'active';
update agora.verification set state = 'revoked', ended_at = now(), ended_by = pg_temp.who('vera'), end_reason = 'fraud_confirmed', end_note = 'x', version = version + 1
 where person_id = pg_temp.person('bea') and state = 'active';
select is((select count(*) from agora.vouch_review where reason = 'voucher_revoked' and closed_at is null), 2::bigint, 'a revocation for fraud sends every vouch of theirs to review');
select is((select v.result from agora.vcheck v where v.evidence_id = (pg_temp.vouch_of('bea')).evidence_id order by seq desc limit 1), 'cannot_tell', 'which counts in no open case meanwhile');
select is(agora.vouches_to_review(pg_temp.person('bea')), 2::bigint, 'asking again finds them again');
select is((select count(*) from agora.vouch_review where reason = 'voucher_revoked'), 2::bigint, 'and lists them once');
select lives_ok(format($$select agora.vouch_review_close(pg_temp.who('vera'), %L, 'kept', 'Known otherwise.')$$, pg_temp.review_of((pg_temp.vouch_of('bea')).id, 'voucher_revoked')), 'a verifier keeps one');
select is((select v.result from agora.vcheck v where v.evidence_id = (pg_temp.vouch_of('bea')).evidence_id order by seq desc limit 1), 'passed', 'which counts again');

-- Time
select agora.vouch_by_clock();
select lives_ok($$select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it())$$, 'the member withdraws');
select isnt(pg_temp.begun('ada', 3), null, 'and begins anew');
select agora.verification_grant_example(pg_temp.who('bea'), 3);
select lives_ok($$select pg_temp.named('bea')$$, 'naming one voucher');
select lives_ok($$select pg_temp.taken()$$, 'sending it');
select lives_ok($$select agora.vouch_wait(pg_temp.who('victor'), pg_temp.it(), null)$$, 'and the verifier waits');
create temp table before as select pg_temp.mails('bea') as n;
select is(agora.vouch_by_clock(), 0::bigint, 'nothing is due at first');
update agora.vouch set asked_at = now() - interval '7 days' where id = (pg_temp.vouch_of('bea')).id;
select is(agora.vouch_by_clock(), 1::bigint, 'after seven days the voucher is reminded');
select is(pg_temp.mails('bea'), (select n + 1 from before), 'by e-mail');
select is(agora.vouch_by_clock(), 0::bigint, 'once');
update agora.vouch set expires_at = now() - interval '1 second' where id = (pg_temp.vouch_of('bea')).id;
select is(pg_temp.refusal($$select pg_temp.give('bea')$$), 'AG003', 'too late is too late');
select is(agora.vouch_by_clock(), 1::bigint, 'after fourteen days it is waited for no longer');
select is((pg_temp.vouch_of('bea')).state::text, 'unanswered', 'it is unanswered');
select is(pg_temp.state_of(), 'in_review', 'and the case goes on');
select ok(agora.vouches_of_case(pg_temp.who('ada'), pg_temp.it()) like '%not_given%', 'the member sees no difference to a refusal');

create temp table old_vouch as select (pg_temp.vouch_of('bea', 'dora')).id;
select is(pg_temp.refusal($$select agora.vouch_repeat(pg_temp.who('bea'), (select id from old_vouch))$$), 'AG003', 'nobody says it again unasked');
update agora.vouch set valid_until = now() + interval '60 days' where id = (select id from old_vouch);
select is(agora.vouch_by_clock(), 1::bigint, '60 days before its end it is asked again');
select is(agora.vouch_by_clock(), 0::bigint, 'once');
select is(agora.vouch_repeat(pg_temp.who('bea'), (select id from old_vouch))::jsonb ->> 'state', 'given', 'still true');
select is((select valid_until from agora.vouch where id = (select id from old_vouch)), now() + interval '24 months', 'for 24 months more');
update agora.vouch set valid_until = now(), asked_again_at = now() where id = (select id from old_vouch);
select is(agora.vouch_by_clock(), 1::bigint, 'said no more, it lapses');
select is((select state::text from agora.vouch where id = (select id from old_vouch)), 'lapsed', 'it is lapsed');
select isnt(pg_temp.review_of((select id from old_vouch), 'lapsed'), null, 'and verifiers are told');

-- How often
select lives_ok($$select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it())$$, 'once more the member withdraws');
do $$
declare
  one uuid;
  opened uuid;
begin
  for n in 1..10 loop
    one := pg_temp.account('many' || n);
    opened := (select (body::jsonb ->> 'id')::uuid from agora.case_open(one, 2));
    insert into agora.vouch (case_id, voucher_id, voucher_person, subject_person, state, asked_at, expires_at, answered_at, voucher_level, valid_until)
    values (opened, pg_temp.who('cleo'), pg_temp.person('cleo'), agora.case_person(one), 'given', now(), now(), now() - interval '364 days', 3, now() + interval '1 day');
  end loop;
end $$;
select agora.verification_grant_example(pg_temp.who('cleo'), 3);
select isnt(pg_temp.begun('ada', 3), null, 'and begins');
select lives_ok($$select pg_temp.named('cleo')$$, 'naming somebody who has vouched ten times');
select lives_ok($$select pg_temp.taken()$$, 'sends it');
select is(pg_temp.refusal($$select pg_temp.give('cleo')$$), 'AG003', 'ten vouches a year are the most');
update agora.vouch set answered_at = now() - interval '366 days'
 where id = (select id from agora.vouch where voucher_id = pg_temp.who('cleo') and state = 'given' limit 1);
select lives_ok($$select pg_temp.give('cleo')$$, 'one from the year before does not count');
select is(agora.vouch_list(pg_temp.who('cleo'))::jsonb ->> 'live', '10', 'the voucher sees how many');

-- A decision ends what was asked.
select lives_ok($$select agora.case_withdraw(pg_temp.who('ada'), pg_temp.it())$$, 'withdrawn');
select is((select count(*) from agora.vouch where case_id = pg_temp.it() and state in ('named', 'asked')), 0::bigint, 'nobody is asked for a case that is over');
select is((select count(*) from agora.audit_event where action like 'vouch.%' and (detail::text ilike '%ofada%' or detail::text ilike '%quarrel%')), 0::bigint,
  'the audit log holds no name and no reason');
select * from finish();
rollback;
