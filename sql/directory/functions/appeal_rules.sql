-- Who may decide an appeal: somebody who never touched what it is about. The rule is a trigger, so that no
-- path leads around it.

create or replace function agora.appeal_things(a agora.appeal) returns setof uuid
  language plpgsql stable set search_path = '' as $$
begin
  return query
  with thing (case_id, verification_id) as (
    select a.case_id, v.id from agora.verification v where v.case_id = a.case_id
    union all
    select v.case_id, v.id from agora.verification v where v.id = a.verification_id
    union all
    select a.case_id, null)
  select t.case_id from thing t where t.case_id is not null
  union
  select t.verification_id from thing t where t.verification_id is not null
  union
  select e.id from thing t join agora.evidence e on e.case_id = t.case_id
  union
  select o.id from thing t join agora.vouch o on o.case_id = t.case_id;
end $$;
comment on function agora.appeal_things is 'What an appeal is about: the case, its evidence and vouches, the verification.';

create or replace function agora.appeal_touched(a agora.appeal, viewer uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with me as (select o.id, o.person_id from agora.account o where o.person_id = agora.case_person(viewer)),
    thing as (select t as id from agora.appeal_things(a) t)
    select exists (select from me where me.person_id = a.person_id)
        or exists (select from agora.vcase_event e where e.case_id in (select id from thing) and e.actor in (select id from me))
        or exists (select from agora.vcase c where c.id in (select id from thing) and c.assigned_to in (select id from me))
        or exists (select from agora.vcheck k where k.evidence_id in (select id from thing) and k.by in (select id from me))
        or exists (select from agora.decision d where d.case_id in (select id from thing) and d.by in (select id from me))
        or exists (select from agora.verification v where v.id in (select id from thing) and v.ended_by in (select id from me))
        or exists (select from agora.vouch o where o.id in (select id from thing) and o.voucher_person in (select person_id from me))
        or exists (select from agora.audit_event e where e.subject in (select id from thing) and e.actor in (select id from me)));
end $$;
comment on function agora.appeal_touched is
  'Whether an account, or another of the same person, had to do with what an appeal is about: took, checked, decided or looked at it, vouched in it, revoked it, or is the member.';

create or replace function agora.appeal_guard() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if agora.appeal_touched(new, new.decided_by) then
    perform agora.fail('AG002', null, 'An appeal is decided by somebody who had nothing to do with the decision.');
  end if;
  return new;
end $$;
comment on function agora.appeal_guard is 'Refuses a decision on an appeal by somebody who had to do with what it is about.';

create or replace trigger appeal_guard before update of decided_by on agora.appeal for each row
  when (new.decided_by is not null) execute function agora.appeal_guard();

create or replace function agora.appeal_until(decided timestamptz) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return decided + make_interval(days => agora.policy_int('verification.appeal_days')::integer);
end $$;
comment on function agora.appeal_until is 'Until when a decision can be appealed.';

create or replace function agora.appeal_of_case(c agora.vcase) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when c.state not in ('approved', 'rejected') then 'This request has not been decided.'
    when exists (select from agora.appeal a where a.case_id = c.id) then 'This decision was appealed already; it can be once.'
    when c.state = 'approved'
         and not exists (select from agora.verification v where v.case_id = c.id and v.level < c.level)
      then 'This request was approved as you asked.'
    when agora.appeal_until(c.decided_at) <= now() then 'The time for an appeal is over.' end;
end $$;
comment on function agora.appeal_of_case is 'Why the decision of a case cannot be appealed; null when it can.';

create or replace function agora.appeal_of_verification(v agora.verification) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when not agora.revoked_for_fraud(v) then 'Only a revocation for fraud can be appealed; begin a new request.'
    when exists (select from agora.appeal a where a.verification_id = v.id) then 'This decision was appealed already; it can be once.'
    when agora.appeal_until(v.ended_at) <= now() then 'The time for an appeal is over.' end;
end $$;
comment on function agora.appeal_of_verification is 'Why the end of a verification cannot be appealed; null when it can.';
