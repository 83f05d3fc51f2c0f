-- The screen: what is looked at by itself when a case is sent. Whoever may be someone else, is too young, or
-- was refused for fraud before, waits for a first look by a person; everybody else goes to the queue.

create or replace function agora.screen_duplicate(c agora.vcase) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.case_duplicates(c) d
     where exists (select from agora.verification v where v.person_id = d.person_id and v.state in ('active', 'suspended'))
        or exists (select from agora.vcase o where o.person_id = d.person_id
                     and o.state not in ('draft', 'approved', 'rejected', 'withdrawn', 'stale', 'closed_stale', 'appealed', 'upheld', 'varied')));
end $$;
comment on function agora.screen_duplicate is
  'Whether another person who is verified, or asks to be, has the same name and date of birth or the same document.';

create or replace function agora.screen_under_age(c agora.vcase) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.claim k
     where k.case_id = c.id and k.name = 'birthdate'
       and agora.day_of(k.value) + make_interval(years => agora.policy_int('verification.min_age')::integer) > now());
end $$;
comment on function agora.screen_under_age is 'Whether the date of birth is that of someone younger than verification.min_age.';

create or replace function agora.screen_blocked(c agora.vcase) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.vcase o
      join agora.decision d on d.case_id = o.id and d.state = 'final' and d.outcome = 'reject'
     where o.state in ('rejected', 'appealed', 'upheld') and o.id <> c.id
       and (o.person_id = c.person_id or exists (
         select from agora.person_key mine
           join agora.person_key other using (kind, key_id, hash)
          where mine.source = c.id and other.source = o.id and mine.kind = 'name_birthdate'))
       and d.at > now() - make_interval(months => agora.policy_int('verification.blocked_months')::integer)
       and agora.recourse_of(d.reason_codes) = 'restricted');
end $$;
comment on function agora.screen_blocked is 'Whether this person, or someone of the same name and date of birth, was refused for fraud within verification.blocked_months.';

create or replace function agora.case_screen(c agora.vcase) returns agora.vcase
  language plpgsql set search_path = '' as $$
declare
  wanted jsonb := (select p.value from agora.policy p where p.key = 'verification.screen');
  found text[] := array(
    select k.reason from (values
        ('duplicate', wanted ? 'duplicate' and agora.screen_duplicate(c)),
        ('under_age', wanted ? 'under_age' and agora.screen_under_age(c)),
        ('blocked', wanted ? 'blocked' and agora.screen_blocked(c))) k (reason, holds)
     where k.holds);
begin
  update agora.vcase set hold_reasons = found, version = version + 1 where id = c.id returning * into c;
  return agora.case_step(c, case when found = '{}' then 'screen_ok' else 'screen_hold' end, null, 'system');
end $$;
comment on function agora.case_screen is 'Puts a case that was just sent into the queue, or holds it for a first look.';

create or replace function agora.case_clear(viewer uuid, wanted uuid, seen text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.case_step(agora.case_lock(viewer, wanted, seen, 'screener'), 'clear', viewer, agora.case_screener_role(viewer));
end $$;
comment on function agora.case_clear is 'After a first look, lets a held case into the queue.';

create or replace function agora.case_screener_role(viewer uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when agora.case_role(viewer, 'verifier') then 'verifier' else 'admin' end;
end $$;
comment on function agora.case_screener_role is 'As whom someone who may screen acts: as a verifier where they are one.';

grant execute on function agora.case_clear(uuid, uuid, text) to agora_app;
