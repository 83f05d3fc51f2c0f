-- What a member does with their own case: begin, state claims, name evidence, send, answer, withdraw.

create or replace function agora.case_open(viewer uuid, wanted integer, referee_why text default null) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  held integer := agora.member_level(viewer);
  made uuid;
begin
  if not agora.is_active(viewer) then
    perform agora.fail('AG002');
  end if;
  if wanted = 4 and not agora.level_offered(4::smallint) then
    perform agora.fail('AG004', '/level',
      'Level 4 is checked in person by two people at an attended session, which this organisation does not offer yet. Ask for level 3.');
  end if;
  if not exists (select from agora.level l where l.level = wanted and l.level > 0 and agora.level_offered(l.level)) then
    perform agora.fail('AG004', '/level', 'Choose one of the levels of the list.');
  end if;
  if wanted < held then
    perform agora.fail('AG004', '/level', 'You are verified at level ' || held || ' already; ask for that level or a higher one.');
  end if;
  perform agora.case_retry_check(agora.case_person(viewer));
  insert into agora.vcase (account_id, person_id, level, actor, referee_asked)
  values (viewer, agora.case_person(viewer), wanted, viewer, nullif(trim(referee_why), ''))
  returning id into made;
  perform agora.event_add(viewer, 'case', made);
  return query select * from agora.case_get(viewer, made);
exception when unique_violation then
  perform agora.fail('AG003', null, 'You have a request that is still open. Finish or withdraw it first.');
end $$;
comment on function agora.case_open is
  'Begins a case: one open case a person. referee_why: why the member asks for a trusted referee; null: they do not.';

create or replace function agora.level_offered(wanted smallint) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select l.offered or (l.level = 4 and exists (select from agora.policy p where p.key = 'verification.level_four' and p.value = 'true'))
      from agora.level l where l.level = wanted);
end $$;
comment on function agora.level_offered is 'Whether the organisation checks a level; level 4 is offered by verification.level_four.';

create or replace function agora.case_claim_check(claim text, value jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  kind text := (select format from agora.claim_name where code = claim);
  said text := trim(value #>> '{}');
  pointer text := '/' || claim;
begin
  if kind is null then
    perform agora.fail('AG004', '/' || replace(replace(left(claim, 25), '~', '~0'), '/', '~1'), 'There is no claim of this name.');
  end if;
  if jsonb_typeof(value) <> 'string' or not agora.is_clean(said) or length(said) not between 1 and 300 then
    perform agora.fail('AG004', pointer, 'Write one line of at most 300 characters, without control characters.');
  end if;
  if kind = 'country' and said !~ '^[A-Z]{2}$' then
    perform agora.fail('AG004', pointer, 'Give the country by its two capital letters, such as GB.');
  end if;
  if kind = 'date' and (agora.day_of(said) between '1880-01-01' and current_date) is not true then
    perform agora.fail('AG004', pointer, 'Give a day in the past as YYYY-MM-DD.');
  end if;
end $$;
comment on function agora.case_claim_check is 'Refuses a claim that has no such name or whose value is not of its format.';

create or replace function agora.day_of(words text) returns date
  language plpgsql immutable set search_path = '' as $$
begin
  return case when words ~ '^\d{4}-\d{2}-\d{2}$' then words::date end;
exception when datetime_field_overflow then
  return null;
end $$;
comment on function agora.day_of is 'The day that YYYY-MM-DD names; null when there is none.';

create or replace function agora.case_claims_put(viewer uuid, wanted uuid, seen text, claims jsonb) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'member');
begin
  perform agora.case_must_be(c, '{draft,needs_member,stale}');
  if jsonb_typeof(claims) <> 'object' then
    perform agora.fail('AG004', '', 'Send an object of claims and their values.');
  end if;
  perform agora.case_claim_check(k.key, k.value) from jsonb_each(claims) k;
  delete from agora.claim where case_id = wanted;
  insert into agora.claim (person_id, case_id, name, value)
  select c.person_id, wanted, k.key, trim(k.value) from jsonb_each_text(claims) k;
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'case.claims', 'case', wanted,
    jsonb_build_object('names', (select coalesce(jsonb_agg(key order by key), '[]') from jsonb_object_keys(claims) key)));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_claims_put is 'States the facts to be verified, all of them anew.';

create or replace function agora.case_evidence_add(viewer uuid, wanted uuid, kind text, sub text, number text,
    issued_by text, issued_in text, issued_on date, expires_on date, remark text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'member');
  most bigint := agora.policy_int('verification.evidence_limit');
  made uuid;
begin
  perform agora.case_must_be(c, '{draft,needs_member,stale}');
  if not exists (select from agora.evidence_type t where t.type = kind and t.subtype = sub) then
    perform agora.fail('AG004', '/subtype', 'This kind of evidence is not accepted; choose one of the list.');
  end if;
  if expires_on < issued_on then
    perform agora.fail('AG004', '/date_of_expiry', 'It cannot expire before it was issued.');
  end if;
  if issued_on > current_date then
    perform agora.fail('AG004', '/date_of_issuance', 'It cannot have been issued in the future.');
  end if;
  if (select count(*) from agora.evidence e where e.case_id = wanted and e.removed_at is null) >= most then
    perform agora.fail('AG003', null, 'A request has at most ' || most || ' pieces of evidence. Remove one first.');
  end if;
  insert into agora.evidence (case_id, type, subtype, document_number, issuer, issuer_country, date_of_issuance,
    date_of_expiry, note)
  values (wanted, kind, sub, nullif(number, ''), nullif(issued_by, ''), issued_in, issued_on, expires_on, nullif(remark, ''))
  returning id into made;
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'case.evidence_add', 'case', wanted,
                      jsonb_build_object('evidence', made, 'type', kind, 'subtype', sub));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_evidence_add is 'Adds a piece of evidence, described by the facts on it.';

create or replace function agora.case_evidence_remove(viewer uuid, wanted uuid, item uuid) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'member');
begin
  perform agora.case_must_be(c, '{draft,needs_member,stale}');
  if not exists (select from agora.evidence e where e.id = item and e.case_id = wanted and e.removed_at is null) then
    perform agora.fail('AG001');
  end if;
  -- What a verifier has checked stays on record; what nobody has seen goes.
  if exists (select from agora.vcheck k where k.evidence_id = item) then
    update agora.evidence set removed_at = now() where id = item;
  else
    delete from agora.evidence where id = item;
  end if;
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'case.evidence_remove', 'case', wanted, jsonb_build_object('evidence', item));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_evidence_remove is 'Takes a piece of evidence back.';

create or replace function agora.case_submit(viewer uuid, wanted uuid, seen text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'member');
  stated jsonb := (select coalesce(jsonb_object_agg(k.name, k.value), '{}') from agora.claim k where k.case_id = wanted);
begin
  perform agora.case_must_be(c, '{draft,needs_member,stale}');
  if not stated ? 'given_name' then
    perform agora.fail('AG004', '/claims/given_name', 'State your given name.');
  elsif not stated ? 'family_name' then
    perform agora.fail('AG004', '/claims/family_name', 'State your family name.');
  elsif c.level >= 3 and not stated ? 'birthdate' then
    perform agora.fail('AG004', '/claims/birthdate', 'State your date of birth.');
  elsif c.level >= 2 and not exists (select from agora.evidence e where e.case_id = wanted and e.removed_at is null) then
    perform agora.fail('AG004', '/evidence', 'Name at least one piece of evidence.');
  end if;
  -- Only accounts whose address has returned a code can sign in, hence the contact.
  update agora.vcase
     set version = version + 1, contact_method = 'x_code_email'
   where id = wanted
  returning * into c;
  if c.state = 'draft' then
    update agora.vcase set sla_class = agora.case_sla_class(c), version = version + 1 where id = wanted returning * into c;
    perform agora.case_screen(agora.case_step(c, 'submit', viewer, 'member'));
  else
    perform agora.case_step(c, case
      when c.state = 'stale' then 'resume'
      when agora.case_role(c.assigned_to, 'verifier') then 'reply'
      else 'requeue' end, viewer, 'member');
  end if;
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_submit is
  'Sends a draft to be screened for the queue, answers the verifier who asked, or takes up a case that was set aside; the queue takes it when that verifier is one no more.';

create or replace function agora.case_sla_class(c agora.vcase) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (select r.class from agora.sla_rule r where r.level = c.level and r.renewed = (agora.member_level(c.account_id) >= c.level));
end $$;
comment on function agora.case_sla_class is 'How fast a case is to be decided: by its level, and whether the member is verified at it already.';

create or replace function agora.case_withdraw(viewer uuid, wanted uuid) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.case_step(agora.case_lock(viewer, wanted, null, 'member'), 'withdraw', viewer, 'member');
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_withdraw is 'Withdraws a case that has not been decided.';

grant execute on function agora.case_open(uuid, integer, text), agora.case_claims_put(uuid, uuid, text, jsonb),
  agora.case_evidence_add(uuid, uuid, text, text, text, text, text, date, date, text),
  agora.case_evidence_remove(uuid, uuid, uuid), agora.case_submit(uuid, uuid, text),
  agora.case_withdraw(uuid, uuid) to agora_app;
