-- Time: reminders, ends of waiting, classes, the clock that stops, meetings, tries, and the time to appeal.
-- Dates are moved, nobody waits.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql
\ir ../lib/cases.psql
select no_plan();

-- Time passes for the case: everything that is dated is so much older.
create function pg_temp.later(span interval) returns void language sql as $$
  update agora.vcase set state_at = state_at - span, remind_at = remind_at - span, wait_until = wait_until - span,
    due_at = due_at - span, submitted_at = submitted_at - span, decided_at = decided_at - span, version = version + 1
   where id = pg_temp.it();
  update agora.decision set at = at - span where case_id = pg_temp.it();
$$;
create function pg_temp.mails(words text) returns bigint language sql as
  $$select count(*) from agora.outbox where kind = 'mail' and payload ->> 'subject' = words$$;

-- Waiting for the member: reminded after 7 days, set aside after 30, closed 60 days later.
do $$ begin perform pg_temp.taken('ada', 'vera'); perform agora.case_ask(pg_temp.who('vera'), pg_temp.it(), null, '{missing_side}', 'Please.'); end $$;
select is((select (remind_at, wait_until)::text from agora.vcase where id = pg_temp.it()), (now() + interval '7 days', now() + interval '30 days')::text, 'waiting for the member has its days');
create temp table due as select due_at from agora.vcase where id = pg_temp.it();
do $$ begin perform pg_temp.later('7 days' - interval '1 second'); end $$;
select is(agora.case_by_clock(), 0, 'before seven days nothing happens');
do $$ begin perform pg_temp.later('1 second'); end $$;
select is(agora.case_by_clock(), 1, 'after seven days');
select is(pg_temp.mails('Your request to be verified waits for you'), 1::bigint, 'the member is reminded');
select is(agora.case_by_clock(), 0, 'once');
do $$ begin perform pg_temp.later('23 days'); perform agora.case_by_clock(); end $$;
select is(pg_temp.state(), 'stale', 'after thirty days the case is set aside');
select is(pg_temp.mails('Your request to be verified is set aside'), 1::bigint, 'and the member told');
select is((select actor is null and actor_role = 'system' from agora.vcase_event where case_id = pg_temp.it() and event = 'set_aside'), true, 'by the system');
select is(pg_temp.seen_by('ada') -> 'can', '["edit", "submit", "withdraw"]', 'the member can take it up again');
select is(pg_temp.seen_by('ada') #>> '{question,text}', 'Please.', 'and still reads the question');
do $$ begin perform pg_temp.later('10 days'); perform agora.case_submit(pg_temp.who('ada'), pg_temp.it(), null); end $$;
select is((select (state, assigned_to is null)::text from agora.vcase where id = pg_temp.it()), '(queued,t)', 'then it is in the queue');
select is((select due_at from agora.vcase where id = pg_temp.it()), (select due_at from due), 'due as much later as it had waited for the member');
do $$ begin perform agora.case_step(c, 'take', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it();
  perform agora.case_ask(pg_temp.who('vera'), pg_temp.it(), null, '{missing_side}', 'Again.'); perform pg_temp.later('30 days'); perform agora.case_by_clock(); end $$;
select is(pg_temp.state(), 'stale', 'set aside again');
do $$ begin perform pg_temp.later('60 days' - interval '1 second'); perform agora.case_by_clock(); end $$;
select is(pg_temp.state(), 'stale', 'for sixty days');
do $$ begin perform pg_temp.later('1 second'); perform agora.case_by_clock(); end $$;
select is(pg_temp.state(), 'closed_stale', 'then it is closed');
select isnt(pg_temp.refusal($$select agora.case_open(pg_temp.who('ada'), 3)$$), 'AG003', 'and a new one can be begun');

-- Waiting for someone else: 7 and 14 days.
do $$ begin perform pg_temp.taken('bea', 'vera');
  perform agora.case_step(c, 'ask_third_party', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it(); perform pg_temp.later('7 days'); perform agora.case_by_clock(); end $$;
select is((select (state, remind_at is null)::text from agora.vcase where id = pg_temp.it()), '(needs_third_party,t)', 'after seven days the member hears that nobody has answered');
select is(pg_temp.mails('Your request to be verified still waits'), 1::bigint, 'by e-mail');
do $$ begin perform pg_temp.later('7 days'); perform agora.case_by_clock(); end $$;
select is((select (state, assigned_to = pg_temp.who('vera'))::text from agora.vcase where id = pg_temp.it()), '(in_review,t)', 'after fourteen days it goes on without');
do $$ begin perform agora.case_step(c, 'ask_third_party', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it();
  perform agora.case_step(c, 'third_party_answer', null, 'system') from agora.vcase c where c.id = pg_temp.it(); end $$;
select is((select (state, wait_until is null)::text from agora.vcase where id = pg_temp.it()), '(in_review,t)', 'an answer ends the waiting');

-- Meetings.
create function pg_temp.book(times timestamptz[], how text default 'onsite', place text default 'Main Street 1') returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_session_book(%L, %L, null, %L, %L, %L)', pg_temp.who('vera'), pg_temp.it(), times, how, place))
$$;
create function pg_temp.end_as(by text, how text) returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_session_end(%L, %L, null, %L)', pg_temp.who(by), pg_temp.it(), how))
$$;
select is(pg_temp.book(times, how, place), expected, name)
  from (values ('{}'::timestamptz[], 'onsite', 'Here', 'AG004 /times', 'a meeting has a time'),
    (array[now() + interval '1 day', null], 'onsite', 'Here', 'AG004 /times', 'every one a time'),
    (array[now()], 'onsite', 'Here', 'AG004 /times', 'to come'),
    (array[now() + interval '61 days'], 'onsite', 'Here', 'AG004 /times', 'within sixty days'),
    (array[now() + interval '1 day'], 'by post', 'Here', 'AG004 /how', 'onsite or remote'),
    (array[now() + interval '1 day'], 'onsite', ' ', 'AG004 /place', 'and a place'),
    (array[now() + interval '2 days', now() + interval '1 day'], 'onsite', 'Main Street 1', 'not refused', 'then it is proposed')) t (times, how, place, expected, name);
select is(pg_temp.end_as('vera', 'held'), 'AG003', 'what nobody has chosen was not held');
select is(pg_temp.refusal($$select agora.case_session_choose(pg_temp.who('bea'), pg_temp.it(), null, now() + interval '3 days')$$), 'AG004 /time', 'the member chooses one that was proposed');
select is(pg_temp.refusal($$select agora.case_session_choose(pg_temp.who('bea'), pg_temp.it(), null, now() + interval '1 day')$$), 'not refused', 'one of them');
select is((select wait_until from agora.vcase where id = pg_temp.it()), null, 'a time that was chosen does not lapse');
select is(pg_temp.refusal($$select agora.case_session_choose(pg_temp.who('bea'), pg_temp.it(), null, now() + interval '2 days')$$), 'not refused', 'and may change it');
select is(pg_temp.end_as('vera', 'missed'), 'AG003', 'before its time it was not missed');
create function pg_temp.session_past() returns void language sql as $$
  update agora.case_session set times = array(select t - interval '3 days' from unnest(times) t), chosen = chosen - interval '3 days' where case_id = pg_temp.it() and outcome is null
$$;
do $$ begin perform pg_temp.session_past(); end $$;
select is(pg_temp.end_as('bea', 'held'), 'AG002', 'the member does not record it');
select is(pg_temp.end_as('vera', 'held'), 'not refused', 'the verifier does');
select is(pg_temp.seen_by('bea') #>> '{session,outcome}', 'held', 'it was held');
do $$ begin perform pg_temp.book(array[now() + interval '1 day']); end $$;
select is(pg_temp.end_as('bea', 'called_off'), 'not refused', 'the member calls one off');
do $$ begin perform pg_temp.book(array[now() + interval '1 day']); end $$;
select is(pg_temp.end_as('vera', 'called_off'), 'not refused', 'so does the verifier');
select is(pg_temp.mails('The meeting with a verifier does not take place'), 1::bigint, 'of which the member is told');
do $$ begin perform pg_temp.book(array[now() + interval '1 day']); perform pg_temp.later('1 day'); perform agora.case_by_clock(); end $$;
select is((select (c.state, s.outcome)::text from agora.vcase c join agora.case_session s on s.case_id = c.id where c.id = pg_temp.it() order by s.id desc limit 1), '(in_review,lapsed)', 'without a choice it lapses at the last time proposed');
create function pg_temp.miss() returns text language plpgsql as $$
begin
  perform pg_temp.book(array[now() + interval '1 day']);
  perform agora.case_session_choose(pg_temp.who('bea'), pg_temp.it(), null, now() + interval '1 day');
  perform pg_temp.session_past();
  perform pg_temp.end_as('vera', 'missed');
  return pg_temp.state();
end $$;
select is(pg_temp.miss(), 'in_review', 'a meeting that is missed once may be proposed again');
select is(pg_temp.miss(), 'stale', 'missed twice, the case is set aside');
select is(pg_temp.refusal($$select agora.case_submit(pg_temp.who('bea'), pg_temp.it(), null)$$), 'not refused', 'the member may take it up again');
select is((select missed from agora.vcase where id = pg_temp.it()), 0::smallint, 'and has two meetings again');

-- Classes.
select is((select (sla_class, due_at = agora.working_days_after(submitted_at, 5))::text from agora.vcase where id = pg_temp.it()), '(standard,f)', 'a first case at level 3 is of the standard class');
do $$ begin perform pg_temp.checked('cleo', 'vera'); perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'approve', '{}', null, null, agora.case_hash(pg_temp.it())); perform pg_temp.sent('cleo'); end $$;
select is((select (sla_class, due_at = agora.working_days_after(now(), 2))::text from agora.vcase where id = pg_temp.it()), '(quick,t)', 'a renewal is of the quick one');
select is(agora.case_rounds(c), 1, 'and its round counts the one before') from agora.vcase c where c.id = pg_temp.it();

-- Level 4, by policy.
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('dora'), 4)$$), 'AG004 /level', 'level 4 is not offered by itself');
update agora.policy set value = 'true' where key = 'verification.level_four';
do $$ begin perform pg_temp.sent('dora', 4); end $$;
select is((select sla_class from agora.vcase where id = pg_temp.it()), 'attended', 'where policy offers it, it has a class of its own');

-- What can be tried again, and how often.
do $$ begin perform pg_temp.rejected('emil', '{missing_side}'); end $$;
select is(pg_temp.seen_by('emil') #> '{recourse,can}', '["retry", "appeal"]', 'what can be mended can be tried again or appealed');
do $$ begin perform pg_temp.later('89 days'); perform pg_temp.rejected('emil', '{missing_side}'); perform pg_temp.rejected('emil', '{unreadable_image}'); end $$;
select is(pg_temp.refusal($$select agora.case_open(pg_temp.who('emil'), 3)$$), 'AG003', 'three times in ninety days are enough');
update agora.decision set at = at - interval '1 day' where at < now() - interval '80 days';
select isnt(pg_temp.refusal($$select agora.case_open(pg_temp.who('emil'), 3)$$), 'AG003', 'when the first is older, there is one more');
do $$ begin perform pg_temp.rejected('fred', '{cannot_bind,missing_side}'); end $$;
select is(pg_temp.seen_by('fred') #> '{recourse,can}', '["referee", "appeal"]', 'the strictest reason counts: the referee');
do $$ begin perform pg_temp.rejected('fred', '{not_a_member,missing_side}'); end $$;
select is(pg_temp.seen_by('fred') #> '{recourse,can}', '["appeal"]', 'for good: appeal only');
do $$ begin perform pg_temp.rejected('bea', '{impersonation_reported,missing_side}'); end $$;
select is((pg_temp.seen_by('bea') -> 'recourse') - 'appeal_until', '{"can": ["appeal"], "class": "final"}', 'for fraud it reads the same');
select is(pg_temp.seen_by('bea') #> '{decision,reason_codes}', '["missing_side"]', 'and the reason is not told');

-- The time to appeal, and who may decide it.
do $$ begin perform pg_temp.later('30 days' - interval '1 second'); end $$;
create function pg_temp.step(doing text, by text, acting_as text) returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_step(c, %L, %L, %L) from agora.vcase c where c.id = pg_temp.it()', doing, pg_temp.who(by), acting_as))
$$;
savepoint in_time;
select is(pg_temp.step('appeal', 'bea', 'member'), 'not refused', 'on the thirtieth day an appeal is in time');
select is((select due_at from agora.vcase where id = pg_temp.it()), now() + interval '14 days', 'it is due in fourteen days');
select is(pg_temp.step('overturn', 'vera', 'verifier'), 'AG002', 'who decided does not decide the appeal');
select is(pg_temp.step('overturn', 'victor', 'verifier'), 'AG002', 'nor who confirmed');
select is(pg_temp.step('overturn', 'wanda', 'verifier'), 'not refused', 'who never touched it does');
select is((select state from agora.decision where case_id = pg_temp.it()), 'overturned', 'the decision does not hold any more');
select is(agora.case_by_clock(), 1, 'by the clock');
select is((select (state, assigned_to is null, second_by is null, decided_at is null)::text from agora.vcase where id = pg_temp.it()), '(queued,t,t,t)', 'it goes to the queue');
select is(agora.case_conflict_with(c, pg_temp.who('vera')) || ', ' || agora.case_conflict_with(c, pg_temp.who('victor')), 'decided, decided', 'for others than those who decided') from agora.vcase c where c.id = pg_temp.it();
rollback to in_time;
do $$ begin perform pg_temp.later('1 second'); end $$;
select is(pg_temp.step('appeal', 'bea', 'member'), 'AG003', 'after thirty days it is late');
select is(pg_temp.seen_by('bea') #> '{recourse,can}', '[]', 'which is told');

-- A verifier who is one no more.
do $$ begin perform pg_temp.taken('fred', 'xaver'); perform agora.case_by_clock(); end $$;
select is((select assigned_to from agora.vcase where id = pg_temp.it()), pg_temp.who('xaver'), 'a verifier keeps the case they have');
update agora.account set roles = '{}' where id = pg_temp.who('xaver');
do $$ begin perform agora.case_by_clock(); end $$;
select is((select (state, assigned_to is null)::text from agora.vcase where id = pg_temp.it()), '(queued,t)', 'who is a verifier no more has none');
select is((select event || '/' || actor_role from agora.vcase_event where case_id = pg_temp.it() order by id desc limit 1), 'release/system', 'the system gives it back');
update agora.account set roles = '{verifier}' where id = pg_temp.who('xaver');
do $$ begin perform agora.case_step(c, 'take', pg_temp.who('xaver'), 'verifier') from agora.vcase c where c.id = pg_temp.it(); end $$;
update agora.account set state = 'suspended' where id = pg_temp.who('xaver');
do $$ begin perform agora.case_by_clock(); end $$;
select is(pg_temp.state(), 'queued', 'nor does one who is suspended');
update agora.account set state = 'active' where id = pg_temp.who('xaver');

select * from finish();
rollback;
