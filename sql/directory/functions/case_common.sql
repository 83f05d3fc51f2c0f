-- What all acts on a case share: who may, the lock with the version that the caller knows, days and mail.

create or replace function agora.case_role(viewer uuid, wanted agora.account_role) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.account where id = viewer and state = 'active' and wanted = any (roles));
end $$;
comment on function agora.case_role is 'Whether an account is active and has a role.';

create or replace function agora.case_person(viewer uuid) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return (select person_id from agora.account where id = viewer);
end $$;
comment on function agora.case_person is 'The person behind an account.';

create or replace function agora.case_viewed_as(c agora.vcase, viewer uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when c.account_id = viewer then 'member'
    when c.person_id = agora.case_person(viewer) then null
    when c.assigned_to = viewer and agora.case_role(viewer, 'verifier') then 'verifier'
    when c.second_by = viewer and agora.case_role(viewer, 'verifier') then 'second'
    when c.state = 'held' and (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then 'screener' end;
end $$;
comment on function agora.case_viewed_as is
  'As whom an account sees a case: as its member, its verifier, the second person, or who may screen it while it is held; null: not at all, which looks like a case that does not exist.';

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
      when 'second' then 'Only the second person who has the case can do this.'
      when 'screener' then 'This request is not held.'
      else 'Only the verifier who has the case can do this.' end);
  end if;
  if seen <> '*' and seen <> c.version::text then
    perform agora.fail('AG005', null, 'This request was changed meanwhile. Read it again.');
  end if;
  return c;
end $$;
comment on function agora.case_lock is
  'Locks a case for an act of its member, verifier, second person or screener. seen: the version that the caller knows, null or * for any.';

create or replace function agora.case_must_be(c agora.vcase, allowed agora.case_state[]) returns void
  language plpgsql set search_path = '' as $$
begin
  if c.state <> all (allowed) then
    perform agora.fail('AG003', null, case c.state
      when 'draft' then 'This request has not been sent yet.'
      when 'held' then 'This request waits for a first look.'
      when 'queued' then 'This request waits for a verifier.'
      when 'in_review' then 'A verifier is looking at this request.'
      when 'needs_member' then 'This request waits for the member''s answer.'
      when 'needs_third_party' then 'This request waits for someone else''s answer.'
      when 'session_booked' then 'This request waits for a meeting.'
      when 'referee_review' then 'A trusted referee is looking at this request.'
      when 'awaiting_second' then 'This request waits for a second person.'
      when 'stale' then 'This request was set aside.'
      when 'closed_stale' then 'This request was closed.'
      when 'withdrawn' then 'This request was withdrawn.'
      when 'appealed' then 'An appeal about this request is being decided.'
      else 'This request has been decided.' end);
  end if;
end $$;
comment on function agora.case_must_be is 'Refuses an act that a case''s state does not allow, saying what the state is.';

create or replace function agora.case_touch(c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
begin
  update agora.vcase set version = version + 1 where id = c.id;
  perform agora.event_add(e.account, 'case', c.id) from unnest(array[c.account_id, c.assigned_to, c.second_by]) e (account)
   where e.account is not null;
end $$;
comment on function agora.case_touch is 'Raises a case''s version when its claims, evidence or checks have changed, and tells its member and verifier.';

create or replace function agora.working_days_after(t timestamptz, days bigint) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select d.day
      from (select day, count(*) filter (where extract(isodow from day at time zone 'UTC') < 6) over (order by day) as n
              from generate_series(t + interval '1 day', t + make_interval(days => (days * 2 + 7)::integer), interval '1 day') day) d
     where d.n >= days
     order by d.day
     limit 1);
end $$;
comment on function agora.working_days_after is 'The same time of day so many working days (Monday to Friday, UTC) later; of a weekend, Monday is the first.';

create or replace function agora.case_mail(account uuid, subject text, body text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.account_tell(a, subject, body || E'\n\nSign in and open "Be verified" to see it.')
    from agora.account a where a.id = account and a.state = 'active';
end $$;
comment on function agora.case_mail is 'Queues an e-mail to a member about their verification.';
