-- What all acts on a case share: who may, the lock with the version that the caller knows, the step, who
-- is told.

create or replace function agora.case_role(viewer uuid, wanted agora.account_role) returns boolean
  language sql stable set search_path = '' as $$
  select exists (select from agora.account where id = viewer and state = 'active' and wanted = any (roles))
$$;
comment on function agora.case_role is 'Whether an account is active and has a role.';

create or replace function agora.case_person(viewer uuid) returns uuid
  language sql stable set search_path = '' as $$
  select person_id from agora.account where id = viewer
$$;
comment on function agora.case_person is 'The person behind an account.';

create or replace function agora.case_viewed_as(c agora.vcase, viewer uuid) returns text
  language sql stable set search_path = '' as $$
  select case
    when c.account_id = viewer then 'member'
    when c.assigned_to = viewer and agora.case_role(viewer, 'verifier')
         and c.person_id <> agora.case_person(viewer) then 'verifier' end
$$;
comment on function agora.case_viewed_as is
  'As whom an account sees a case: as its member, as its verifier; null: not at all, which looks like a case that does not exist.';

create or replace function agora.case_lock(viewer uuid, wanted uuid, seen text, viewed_as text) returns agora.vcase
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
begin
  select * into c from agora.vcase where id = wanted for update;
  if agora.case_viewed_as(c, viewer) is null then
    perform agora.fail('AG001');
  end if;
  if agora.case_viewed_as(c, viewer) <> viewed_as then
    perform agora.fail('AG002', null, case viewed_as
      when 'member' then 'Only the member whom it is about can do this.'
      else 'Only the verifier who has the case can do this.' end);
  end if;
  if seen <> '*' and seen <> c.version::text then
    perform agora.fail('AG005', null, 'This request was changed meanwhile. Read it again.');
  end if;
  return c;
end $$;
comment on function agora.case_lock is
  'Locks a case for an act of its member or its verifier. seen: the version that the caller knows, null or * for any.';

create or replace function agora.case_must_be(c agora.vcase, allowed agora.case_state[]) returns void
  language plpgsql set search_path = '' as $$
begin
  if c.state <> all (allowed) then
    perform agora.fail('AG003', null, case c.state
      when 'draft' then 'This request has not been sent yet.'
      when 'submitted' then 'This request waits for a verifier.'
      when 'in_review' then 'A verifier is looking at this request.'
      when 'needs_member' then 'This request waits for the member''s answer.'
      when 'withdrawn' then 'This request was withdrawn.'
      else 'This request has been decided.' end);
  end if;
end $$;
comment on function agora.case_must_be is 'Refuses an act that a case''s state does not allow, saying what the state is.';

create or replace function agora.case_step(c agora.vcase, doing text, viewer uuid, acting_as text) returns agora.vcase
  language plpgsql set search_path = '' as $$
declare
  next agora.case_state;
  after agora.vcase;
begin
  select t.to_state into next from agora.vcase_transition t
   where t.from_state = c.state and t.event = doing and t.actor_role = acting_as;
  if not found then
    perform agora.case_must_be(c, '{}');
  end if;
  update agora.vcase
     set state = next, step = step + 1, version = version + 1, event = doing, actor = viewer, actor_role = acting_as,
         assigned_to = case when doing = 'take' then viewer when next = 'submitted' then null else assigned_to end,
         submitted_at = case when doing = 'submit' then now() else submitted_at end,
         due_at = case when doing = 'submit' then agora.working_days_after(now(), agora.policy_int('verification.working_days'))
                       when doing in ('reply', 'requeue') then due_at + (now() - agora.case_asked_at(id))
                       else due_at end,
         decided_at = case when next in ('approved', 'rejected') then now() else decided_at end
   where id = c.id
  returning * into after;
  perform agora.case_tell(c, after);
  return after;
end $$;
comment on function agora.case_step is
  'Moves a case by one row of agora.vcase_transition, with what goes with it: who has it, when it is due, who is told.';

create or replace function agora.case_touch(c agora.vcase) returns void
  language sql set search_path = '' as $$
  update agora.vcase set version = version + 1 where id = c.id;
  select agora.event_add(e.account, 'case', c.id) from unnest(array[c.account_id, c.assigned_to]) e (account)
   where e.account is not null
$$;
comment on function agora.case_touch is 'Raises a case''s version when its claims, evidence or checks have changed, and tells its member and verifier.';

create or replace function agora.case_asked_at(wanted uuid) returns timestamptz
  language sql stable set search_path = '' as $$
  select max(at) from agora.vcase_event where case_id = wanted and event = 'ask'
$$;
comment on function agora.case_asked_at is 'When the member was last asked for more.';

create or replace function agora.working_days_after(t timestamptz, days bigint) returns timestamptz
  language sql stable set search_path = '' as $$
  select d.day
    from (select day, count(*) filter (where extract(isodow from day at time zone 'UTC') < 6) over (order by day) as n
            from generate_series(t + interval '1 day', t + make_interval(days => (days * 2 + 7)::integer), interval '1 day') day) d
   where d.n >= days
   order by d.day
   limit 1
$$;
comment on function agora.working_days_after is 'The same time of day so many working days (Monday to Friday, UTC) later; of a weekend, Monday is the first.';

create or replace function agora.case_tell(c agora.vcase, after agora.vcase) returns void
  language plpgsql set search_path = '' as $$
declare
  one uuid;
begin
  for one in select distinct e.account from unnest(array[after.account_id, c.assigned_to, after.assigned_to]) e (account)
              where e.account is not null loop
    perform agora.event_add(one, 'case', after.id);
  end loop;
  if 'submitted' in (c.state, after.state) then
    perform agora.event_add(a.id, 'queue') from agora.account a where a.state = 'active' and 'verifier' = any (a.roles);
  end if;
  perform agora.case_mail(after.account_id, m.subject, m.text)
    from (values
      ('submit', 'We have your request to be verified',
       'We have your request ' || after.reference || '. You will hear from us by ' || agora.day_words(after.due_at) || '.'),
      ('ask', 'A question about your request to be verified',
       'The verifier needs something from you before your request ' || after.reference || ' can go on.'),
      ('approve', 'You are verified', 'Your request ' || after.reference || ' was approved.'),
      ('reject', 'Your request to be verified was not approved',
       'Your request ' || after.reference || ' was decided. You can read the decision and what you can do now.'))
      m (doing, subject, text)
   where m.doing = after.event;
end $$;
comment on function agora.case_tell is
  'Tells browsers that a case has moved, verifiers that the queue has, and the member by e-mail what they must know. E-mail carries no content of the case.';

create or replace function agora.case_mail(account uuid, subject text, body text) returns void
  language sql set search_path = '' as $$
  select agora.outbox_add('mail', 'mail:' || a.id, jsonb_build_object(
    'to', a.email,
    'subject', subject,
    'text', 'Dear ' || a.given_name || ' ' || a.family_name || E',\n\n' || body
            || E'\n\nSign in and open "Be verified" to see it.\n\n' || agora.policy_text('organisation.name') || E'\n'))
    from agora.account a where a.id = account and a.state = 'active'
$$;
comment on function agora.case_mail is 'Queues an e-mail to a member about their verification.';
