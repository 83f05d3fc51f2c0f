-- One step of a case: the only way its state changes. What goes with a change (who has it then, when it is
-- due, how long it waits, who is told) follows from the row of agora.vcase_transition and from the state.

create or replace function agora.case_clock_stops(s agora.case_state) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  return s in ('needs_member', 'needs_third_party', 'session_booked', 'stale');
end $$;
comment on function agora.case_clock_stops is 'Whether the time spent in a state is not counted against the verifiers.';

create or replace function agora.case_wait_days(s agora.case_state) returns table (remind bigint, until bigint)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select agora.policy_int(w.remind), agora.policy_int(w.until)
    from (values
      ('needs_member'::agora.case_state, 'verification.member_remind_days', 'verification.member_stale_days'),
      ('needs_third_party', 'verification.third_party_remind_days', 'verification.third_party_days'),
      ('stale', null, 'verification.stale_close_days')) w (state, remind, until)
   where w.state = s;
end $$;
comment on function agora.case_wait_days is 'After how many days in a state someone is reminded, and after how many waiting ends; no row for a state that does not wait.';

create or replace function agora.case_due(c agora.vcase, doing text) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when doing in ('submit', 'requeue') and c.state in ('draft', 'overturned') then agora.working_days_after(now(), s.working_days)
      when doing = 'appeal' then now() + make_interval(days => agora.policy_int('verification.appeal_decide_days')::integer)
      when agora.case_clock_stops(c.state) and doing <> 'choose' then c.due_at + (now() - c.state_at)
      else c.due_at end
      from (select 1) one
      left join agora.sla_class s on s.code = c.sla_class);
end $$;
comment on function agora.case_due is 'When a case is due after a step: its class from the day it was sent; the clock stops while it waits for others.';

create or replace function agora.case_step(c agora.vcase, doing text, viewer uuid, acting_as text) returns agora.vcase
  language plpgsql set search_path = '' as $$
declare
  t agora.vcase_transition;
  wait record;
  after agora.vcase;
begin
  select * into t from agora.vcase_transition x
   where x.from_state = c.state and x.event = doing and x.actor_role = acting_as;
  if not found then
    perform agora.case_must_be(c, '{}');
  end if;
  select now() + make_interval(days => w.remind::integer) as remind_at, now() + make_interval(days => w.until::integer) as wait_until
    into wait from agora.case_wait_days(t.to_state) w;
  update agora.vcase
     set state = t.to_state, step = step + 1, version = version + 1, event = doing, actor = viewer, actor_role = acting_as,
         assigned_to = case t.holder when 'actor' then viewer when 'nobody' then null else assigned_to end,
         second_by = case when t.holder = 'second' then viewer when t.holder in ('nobody', 'no_second') then null else second_by end,
         submitted_at = case when doing = 'submit' then now() else submitted_at end,
         due_at = agora.case_due(c, doing),
         state_at = case when t.to_state = c.state then state_at else now() end,
         remind_at = wait.remind_at,
         wait_until = wait.wait_until,
         missed = case when doing in ('miss', 'miss_again') then missed + 1 when doing = 'resume' then 0 else missed end,
         decided_at = case when t.to_state in ('approved', 'rejected') then now()
                           when t.to_state in ('appealed', 'upheld', 'overturned', 'varied') then decided_at end
   where id = c.id
  returning * into after;
  perform agora.case_leave(c, after);
  perform agora.case_tell(c, after, t.notice);
  return after;
end $$;
comment on function agora.case_step is
  'Moves a case by one row of agora.vcase_transition, with what goes with it: who has it, when it is due, how long it waits, who is told. viewer may be null as the system.';

create or replace function agora.case_leave(c agora.vcase, after agora.vcase) returns void
  language plpgsql set search_path = '' as $$
begin
  update agora.case_session
     set outcome = case after.event when 'lapse' then 'lapsed' when 'meet' then 'held' when 'miss' then 'missed'
                                    when 'miss_again' then 'missed' else 'called_off' end,
         ended_at = now(), ended_by = after.actor
   where case_id = c.id and outcome is null and c.state = 'session_booked' and after.state <> 'session_booked';
  update agora.decision
     set state = case after.event when 'withdraw' then 'withdrawn' when 'overturn' then 'overturned' else 'returned' end
   where case_id = c.id
     and ((state = 'recommended' and c.state = 'awaiting_second' and after.event in ('withdraw', 'return', 'return_away'))
          or (state = 'final' and after.event = 'overturn'));
end $$;
comment on function agora.case_leave is 'Ends what belonged to the state before: the meeting that was booked, the recommendation that waited, the decision that was overturned.';

create or replace function agora.case_tell(c agora.vcase, after agora.vcase, notice text) returns void
  language plpgsql set search_path = '' as $$
declare
  one uuid;
begin
  for one in select distinct e.account
               from unnest(array[after.account_id, c.assigned_to, after.assigned_to, c.second_by, after.second_by]) e (account)
              where e.account is not null loop
    perform agora.event_add(one, 'case', after.id);
  end loop;
  if c.state in ('held', 'queued', 'awaiting_second') or after.state in ('held', 'queued', 'awaiting_second') then
    perform agora.event_add(a.id, 'queue') from agora.account a where a.roles <> '{}' and a.state = 'active' and 'verifier' = any (a.roles);
  end if;
  perform agora.case_notify(after, notice);
end $$;
comment on function agora.case_tell is
  'Tells browsers that a case has moved, verifiers that the queue has, and the member by e-mail what they must know.';

create or replace function agora.case_notify(c agora.vcase, notice text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.case_mail(c.account_id, n.subject,
           replace(replace(replace(n.body, '{reference}', c.reference), '{due}', coalesce(agora.day_words(c.due_at), '')),
                   '{until}', coalesce(agora.day_words(c.wait_until), '')))
    from agora.case_notice n where n.code = notice;
end $$;
comment on function agora.case_notify is 'Queues an e-mail of agora.case_notice to the member of a case. E-mail carries no content of the case.';
