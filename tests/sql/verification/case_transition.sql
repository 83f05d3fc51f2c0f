-- The state machine of a case, at the table itself: every state × event × role × target is tried, and
-- only what the list below names may happen. The list is written by hand, not read from the table.
begin;
set local search_path = public, pg_temp;

create temp table allowed (from_state agora.case_state, event text, role text, to_state agora.case_state);
insert into allowed values
  ('draft', 'submit', 'member', 'submitted'),
  ('draft', 'withdraw', 'member', 'withdrawn'),
  ('submitted', 'take', 'verifier', 'in_review'),
  ('submitted', 'withdraw', 'member', 'withdrawn'),
  ('in_review', 'release', 'verifier', 'submitted'),
  ('in_review', 'release', 'admin', 'submitted'),
  ('in_review', 'ask', 'verifier', 'needs_member'),
  ('in_review', 'approve', 'verifier', 'approved'),
  ('in_review', 'reject', 'verifier', 'rejected'),
  ('in_review', 'withdraw', 'member', 'withdrawn'),
  ('needs_member', 'reply', 'member', 'in_review'),
  ('needs_member', 'requeue', 'member', 'submitted'),
  ('needs_member', 'withdraw', 'member', 'withdrawn');

create temp table event_name (event text);
insert into event_name values ('open'), ('submit'), ('take'), ('release'), ('ask'), ('reply'), ('requeue'), ('approve'),
  ('reject'), ('withdraw'), ('appeal');

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
  insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, submitted_at, due_at, decided_at, actor)
  select made, w.member, a.person_id, 2, wanted,
         case when wanted not in ('draft', 'submitted') then w.verifier end,
         now(), now(), case when wanted in ('approved', 'rejected') then now() end, w.member
    from who w join agora.account a on a.id = w.member;
  set local session_replication_role = origin;
  return made;
end $$;

create function pg_temp.try_step(id uuid, to_state agora.case_state, doing text, acting_as text) returns text
  language plpgsql as $$
declare
  rows integer;
begin
  update agora.vcase c
     set state = try_step.to_state, event = doing, actor_role = acting_as, step = step + 1, version = version + 1,
         actor = case acting_as when 'member' then w.member when 'verifier' then w.verifier else w.admin end,
         assigned_to = case when try_step.to_state in ('draft', 'submitted') then null else w.verifier end,
         decided_at = case when try_step.to_state in ('approved', 'rejected') then now() end
    from who w
   where c.id = try_step.id;
  get diagnostics rows = row_count;
  return case rows when 1 then 'done' else 'no such case' end;
exception when sqlstate 'AG003' then
  return 'refused';
end $$;

-- All targets of one state, event and role: those that were let through.
create function pg_temp.reached(start agora.case_state, doing text, acting_as text) returns text[] language plpgsql as $$
declare
  target agora.case_state;
  reached text[] := '{}';
begin
  foreach target in array enum_range(null::agora.case_state) loop
    if pg_temp.try_step(pg_temp.case_in(start), target, doing, acting_as) = 'done' then
      reached := reached || target::text;
    end if;
  end loop;
  return reached;
end $$;

select no_plan();

select is(
    pg_temp.reached(s, e.event, r),
    coalesce((select array_agg(a.to_state::text) from allowed a where a.from_state = s and a.event = e.event and a.role = r), '{}'),
    format('%s: %s as %s leads to %s', s, e.event, r, coalesce((select a.to_state::text from allowed a
      where a.from_state = s and a.event = e.event and a.role = r), 'nothing')))
  from unnest(enum_range(null::agora.case_state)) s
 cross join event_name e
 cross join unnest(array['member', 'verifier', 'admin', 'auditor']) r;

-- Each allowed one writes one line of the timeline and one row of the audit log, in the same transaction.
create function pg_temp.recorded(a allowed) returns text language plpgsql as $$
declare
  made uuid := pg_temp.case_in(a.from_state);
begin
  perform pg_temp.try_step(made, a.to_state, a.event, a.role);
  return (select count(*) from agora.vcase_event e where e.case_id = made and e.event = a.event
             and e.from_state = a.from_state and e.to_state = a.to_state and e.actor_role = a.role)
    || ' and ' || (select count(*) from agora.audit_event e where e.subject = made and e.action = 'case.' || a.event
             and e.actor is not null and e.detail ->> 'from' = a.from_state::text and e.detail ->> 'to' = a.to_state::text);
end $$;
select is(pg_temp.recorded(a), '1 and 1', format('%s: %s as %s is recorded once', a.from_state, a.event, a.role))
  from allowed a;

-- The first step.
select throws_ok(format($$insert into agora.vcase (account_id, person_id, level, state, actor, event, actor_role, submitted_at, due_at)
    select w.member, a.person_id, 2, %L, w.member, %L, %L, now(), now() from who w join agora.account a on a.id = w.member$$, s, e, r),
  'AG003', null, format('a case cannot begin as %s by %s as %s', s, e, r))
  from (values ('submitted', 'open', 'member'), ('submitted', 'submit', 'member'), ('draft', 'open', 'verifier'),
               ('draft', 'submit', 'member')) v (s, e, r);

-- No way around: state without a step, a step without a version.
select throws_ok(format($$update agora.vcase set state = 'withdrawn', event = 'withdraw', version = version + 1 where id = %L$$,
    pg_temp.case_in('draft')), 'P0001', 'the state of a case changes one step at a time', 'a state cannot change without a step');
select throws_ok(format($$update agora.vcase set level = 3 where id = %L$$, pg_temp.case_in('draft')),
  'P0001', 'a change of a case must raise its version', 'a change cannot keep the version');
select throws_ok(format($$update agora.vcase set state = 'in_review', event = 'take', actor_role = 'verifier', step = step + 1,
    version = version + 1, actor = account_id, assigned_to = account_id where id = %L$$, pg_temp.case_in('submitted')),
  'AG002', null, 'the table itself refuses a verifier who is the person it is about');

-- The table of transitions holds what is allowed and nothing else.
select set_eq('select from_state, event, actor_role, to_state from agora.vcase_transition where from_state is not null',
  'select from_state, event, role, to_state from allowed', 'agora.vcase_transition has these rows and no other');

select * from finish();
rollback;
