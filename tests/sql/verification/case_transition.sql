-- The state machine of a case, at the table itself: every state × event × role × target is tried, and
-- only what the list below names may happen. The list is written by hand, not read from the table.
begin;
set local search_path = public, pg_temp;

create temp table allowed (from_state agora.case_state, event text, role text, to_state agora.case_state);
insert into allowed values
  ('draft', 'submit', 'member', 'submitted'),
  ('submitted', 'screen_ok', 'system', 'queued'),
  ('submitted', 'screen_hold', 'system', 'held'),
  ('held', 'clear', 'verifier', 'queued'),
  ('held', 'clear', 'admin', 'queued'),
  ('held', 'reject', 'verifier', 'rejected'),
  ('held', 'reject', 'admin', 'rejected'),
  ('held', 'recommend_reject', 'verifier', 'awaiting_second'),
  ('queued', 'take', 'verifier', 'in_review'),
  ('in_review', 'release', 'verifier', 'queued'),
  ('in_review', 'release', 'admin', 'queued'),
  ('in_review', 'release', 'system', 'queued'),
  ('in_review', 'conflict', 'verifier', 'queued'),
  ('in_review', 'ask', 'verifier', 'needs_member'),
  ('needs_member', 'reply', 'member', 'in_review'),
  ('needs_member', 'requeue', 'member', 'queued'),
  ('needs_member', 'set_aside', 'system', 'stale'),
  ('in_review', 'ask_third_party', 'verifier', 'needs_third_party'),
  ('needs_third_party', 'third_party_answer', 'system', 'in_review'),
  ('needs_third_party', 'third_party_answer', 'verifier', 'in_review'),
  ('needs_third_party', 'third_party_timeout', 'system', 'in_review'),
  ('in_review', 'book', 'verifier', 'session_booked'),
  ('session_booked', 'choose', 'member', 'session_booked'),
  ('session_booked', 'call_off', 'member', 'in_review'),
  ('session_booked', 'call_off', 'verifier', 'in_review'),
  ('session_booked', 'lapse', 'system', 'in_review'),
  ('session_booked', 'meet', 'verifier', 'in_review'),
  ('session_booked', 'miss', 'verifier', 'in_review'),
  ('session_booked', 'miss_again', 'verifier', 'stale'),
  ('in_review', 'refer', 'verifier', 'referee_review'),
  ('referee_review', 'release', 'verifier', 'queued'),
  ('referee_review', 'release', 'admin', 'queued'),
  ('referee_review', 'release', 'system', 'queued'),
  ('referee_review', 'conflict', 'verifier', 'queued'),
  ('in_review', 'approve', 'verifier', 'approved'),
  ('in_review', 'reject', 'verifier', 'rejected'),
  ('in_review', 'recommend', 'verifier', 'awaiting_second'),
  ('in_review', 'recommend_reject', 'verifier', 'awaiting_second'),
  ('referee_review', 'recommend', 'verifier', 'awaiting_second'),
  ('referee_review', 'recommend_reject', 'verifier', 'awaiting_second'),
  ('awaiting_second', 'take_second', 'verifier', 'awaiting_second'),
  ('awaiting_second', 'release', 'verifier', 'awaiting_second'),
  ('awaiting_second', 'release', 'admin', 'awaiting_second'),
  ('awaiting_second', 'release', 'system', 'awaiting_second'),
  ('awaiting_second', 'conflict', 'verifier', 'awaiting_second'),
  ('awaiting_second', 'confirm', 'verifier', 'approved'),
  ('awaiting_second', 'confirm_reject', 'verifier', 'rejected'),
  ('awaiting_second', 'return', 'verifier', 'in_review'),
  ('awaiting_second', 'return_away', 'verifier', 'queued'),
  ('stale', 'resume', 'member', 'queued'),
  ('stale', 'close', 'system', 'closed_stale'),
  ('approved', 'appeal', 'member', 'appealed'),
  ('rejected', 'appeal', 'member', 'appealed'),
  ('appealed', 'uphold', 'verifier', 'upheld'),
  ('appealed', 'uphold', 'admin', 'upheld'),
  ('appealed', 'overturn', 'verifier', 'overturned'),
  ('appealed', 'overturn', 'admin', 'overturned'),
  ('appealed', 'vary', 'verifier', 'varied'),
  ('appealed', 'vary', 'admin', 'varied'),
  ('overturned', 'requeue', 'system', 'queued'),
  ('draft', 'withdraw', 'member', 'withdrawn'),
  ('draft', 'expire', 'system', 'withdrawn'),
  ('held', 'withdraw', 'member', 'withdrawn'),
  ('queued', 'withdraw', 'member', 'withdrawn'),
  ('in_review', 'withdraw', 'member', 'withdrawn'),
  ('needs_member', 'withdraw', 'member', 'withdrawn'),
  ('needs_third_party', 'withdraw', 'member', 'withdrawn'),
  ('session_booked', 'withdraw', 'member', 'withdrawn'),
  ('referee_review', 'withdraw', 'member', 'withdrawn'),
  ('awaiting_second', 'withdraw', 'member', 'withdrawn'),
  ('stale', 'withdraw', 'member', 'withdrawn');

create temp table event_name as select distinct event from allowed union all values ('open'), ('reopen');

-- The guards have tests of their own; here they always hold.
create or replace function agora.case_guard(guard text, c agora.vcase, before agora.vcase) returns void language sql as 'select';

create function pg_temp.account(name text, roles agora.account_role[] default '{}', person uuid default agora.new_id())
  returns uuid language sql as $$
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@transition.example', 'transition-' || name, name, 'Example', 'active', roles)
  returning id
$$;

create temp table who as
  select pg_temp.account('member') as member, pg_temp.account('verifier', '{verifier}') as verifier,
         pg_temp.account('admin', '{admin}') as admin;

-- A case in any state, put there without the trigger.
create function pg_temp.case_in(wanted agora.case_state) returns uuid language plpgsql as $$
declare
  made uuid := agora.new_id();
begin
  delete from agora.vcase_event;
  delete from agora.vcase;
  set local session_replication_role = replica;
  insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, submitted_at, due_at, decided_at, actor, referee_reason)
  select made, w.member, a.person_id, 2, wanted,
         case when wanted not in ('draft', 'submitted', 'held', 'queued') then w.verifier end,
         now(), now(), case when wanted in ('approved', 'rejected', 'appealed', 'upheld', 'overturned', 'varied') then now() end, w.member, 'accessibility'
    from who w join agora.account a on a.id = w.member;
  set local session_replication_role = origin;
  return made;
end $$;

create function pg_temp.step(id uuid, to_state agora.case_state, doing text, acting_as text) returns void
  language plpgsql as $$
declare
  rows integer;
begin
  update agora.vcase c
     set state = step.to_state, event = doing, actor_role = acting_as, step = c.step + 1, version = version + 1,
         actor = case acting_as when 'member' then w.member when 'verifier' then w.verifier when 'admin' then w.admin end,
         assigned_to = case when step.to_state in ('draft', 'submitted', 'held', 'queued') then null else w.verifier end,
         decided_at = case when step.to_state in ('approved', 'rejected', 'appealed', 'upheld', 'overturned', 'varied') then now() end
    from who w
   where c.id = step.id;
  get diagnostics rows = row_count;
  if rows <> 1 then
    raise 'no such case';
  end if;
end $$;

-- All targets of one event and role: those that were let through. Each is undone before the next is tried.
create function pg_temp.reached(id uuid, doing text, acting_as text) returns text[] language plpgsql as $$
declare
  target agora.case_state;
  reached text[] := '{}';
begin
  foreach target in array enum_range(null::agora.case_state) loop
    begin
      perform pg_temp.step(id, target, doing, acting_as);
      raise exception using errcode = 'UNDO0';
    exception
      when sqlstate 'UNDO0' then reached := reached || target::text;
      -- Nobody but the system may be unnamed.
      when sqlstate 'AG003' or check_violation then null;
    end;
  end loop;
  return reached;
end $$;

create temp table tried (from_state agora.case_state, event text, role text, reached text[]);
do $$
declare
  s agora.case_state;
  made uuid;
begin
  foreach s in array enum_range(null::agora.case_state) loop
    made := pg_temp.case_in(s);
    insert into tried
    select s, e.event, r, pg_temp.reached(made, e.event, r)
      from event_name e cross join unnest(array['member', 'verifier', 'admin', 'system', 'auditor']) r;
  end loop;
end $$;

select no_plan();

select is(t.reached, coalesce((select array_agg(a.to_state::text) from allowed a where a.from_state = t.from_state and a.event = t.event and a.role = t.role), '{}'),
          format('%s: %s as %s leads to %s', t.from_state, t.event, t.role, coalesce((select a.to_state::text from allowed a
            where a.from_state = t.from_state and a.event = t.event and a.role = t.role), 'nothing')))
  from tried t;

-- Each allowed one writes one line of the timeline and one row of the audit log, in the same transaction.
create function pg_temp.recorded(a allowed) returns text language plpgsql as $$
declare
  made uuid := pg_temp.case_in(a.from_state);
begin
  perform pg_temp.step(made, a.to_state, a.event, a.role);
  return (select count(*) from agora.vcase_event e where e.case_id = made and e.event = a.event
             and e.from_state = a.from_state and e.to_state = a.to_state and e.actor_role = a.role)
    || ' and ' || (select count(*) from agora.audit_event e where e.subject = made and e.action = 'case.' || a.event
             and (e.actor is null) = (a.role = 'system') and e.detail ->> 'from' = a.from_state::text and e.detail ->> 'to' = a.to_state::text);
end $$;
select is(pg_temp.recorded(a), '1 and 1', format('%s: %s as %s is recorded once', a.from_state, a.event, a.role))
  from allowed a;

-- The first step.
select throws_ok(format($$insert into agora.vcase (account_id, person_id, level, state, actor, event, actor_role, submitted_at, due_at)
    select w.member, a.person_id, 2, %L, w.member, %L, %L, now(), now() from who w join agora.account a on a.id = w.member$$, s, e, r),
  'AG003', null, format('a case cannot begin as %s by %s as %s', s, e, r))
  from (values ('queued', 'open', 'member'), ('submitted', 'open', 'member'), ('submitted', 'submit', 'member'), ('draft', 'open', 'verifier'),
               ('draft', 'submit', 'member')) v (s, e, r);

-- No way around: state without a step, a step without a version.
select throws_ok(format($$update agora.vcase set state = 'withdrawn', event = 'withdraw', version = version + 1 where id = %L$$,
    pg_temp.case_in('draft')), 'P0001', 'the state of a case changes one step at a time', 'a state cannot change without a step');
select throws_ok(format($$update agora.vcase set level = 3 where id = %L$$, pg_temp.case_in('draft')),
  'P0001', 'a change of a case must raise its version', 'a change cannot keep the version');
select throws_ok(format($$update agora.vcase set state = 'in_review', event = 'take', actor_role = 'verifier', step = step + 1,
    version = version + 1, actor = account_id, assigned_to = account_id where id = %L$$, pg_temp.case_in('queued')),
  'AG002', null, 'the table itself refuses a verifier who is the person it is about');

-- The table of transitions holds what is allowed and nothing else.
select set_eq('select from_state, event, actor_role, to_state from agora.vcase_transition where from_state is not null',
  'select from_state, event, role, to_state from allowed', 'agora.vcase_transition has these rows and no other');

select * from finish();
rollback;
