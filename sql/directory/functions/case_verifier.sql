-- What a verifier does: take the next case, look, check, ask, decide. Never their own case, and only the
-- one who has the case.

create or replace function agora.case_take_next(viewer uuid) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
begin
  if not agora.case_role(viewer, 'verifier') then
    perform agora.fail('AG002', null, 'Only verifiers take cases.');
  end if;
  select * into c
    from agora.vcase
   where state = 'submitted' and person_id <> agora.case_person(viewer)
   order by due_at, id
   limit 1
     for update skip locked;
  if not found then
    return;
  end if;
  perform agora.case_step(c, 'take', viewer, 'verifier');
  return query select * from agora.case_get(viewer, c.id);
end $$;
comment on function agora.case_take_next is
  'Gives the verifier the case that is due first and is not about them; no row when none waits. Two verifiers never get the same.';

create or replace function agora.case_release(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
begin
  select * into c from agora.vcase where id = wanted for update;
  if agora.case_viewed_as(c, viewer) is null and agora.case_role(viewer, 'admin') and c.state = 'in_review' then
    perform agora.case_step(c, 'release', viewer, 'admin');
  else
    perform agora.case_step(agora.case_lock(viewer, wanted, null, 'verifier'), 'release', viewer, 'verifier');
  end if;
end $$;
comment on function agora.case_release is 'Gives a case back to the queue; an admin can do it for a verifier who is away.';

create or replace function agora.case_check_record(viewer uuid, wanted uuid, item uuid, method text, outcome text,
    asked_of text, remark text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'verifier');
  made uuid;
begin
  perform agora.case_must_be(c, '{in_review}');
  if not exists (select from agora.evidence e where e.id = item and e.case_id = wanted and e.removed_at is null) then
    perform agora.fail('AG004', '/evidence', 'This is no evidence of this request.');
  end if;
  if not exists (select from agora.evidence e join agora.evidence_method m using (type, subtype)
                  where e.id = item and m.check_method = method) then
    perform agora.fail('AG004', '/check_method', 'This kind of evidence cannot be checked this way.');
  end if;
  if outcome not in ('passed', 'failed', 'cannot_tell') then
    perform agora.fail('AG004', '/result', 'Say passed, failed or cannot_tell.');
  end if;
  insert into agora.vcheck (evidence_id, check_method, result, organization, note, by)
  values (item, method, outcome, nullif(asked_of, ''), nullif(remark, ''), viewer)
  returning id into made;
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'case.check', 'case', wanted,
    jsonb_build_object('evidence', item, 'check', made, 'check_method', method, 'result', outcome));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_check_record is 'Records a check of a piece of evidence; a later one by the same method takes its place.';

create or replace function agora.case_codes_check(codes text[], wanted_use text) returns void
  language plpgsql set search_path = '' as $$
begin
  if exists (select from unnest(codes) k (code)
              where not exists (select from agora.reason_code r where r.used_to = wanted_use and r.code = k.code)) then
    perform agora.fail('AG004', '/reason_codes', 'Choose reasons of the list.');
  end if;
  if cardinality(codes) > 10 then
    perform agora.fail('AG004', '/reason_codes', 'Give at most ten reasons.');
  end if;
end $$;
comment on function agora.case_codes_check is 'Refuses reason codes that are not for this use.';

create or replace function agora.case_ask(viewer uuid, wanted uuid, seen text, codes text[], question text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'verifier');
begin
  perform agora.case_must_be(c, '{in_review}');
  perform agora.case_codes_check(codes, 'ask');
  if coalesce(cardinality(codes), 0) = 0 then
    perform agora.fail('AG004', '/reason_codes', 'Give at least one reason.');
  end if;
  if coalesce(length(trim(question)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/text', 'Say in at most 2,000 characters what the member should do.');
  end if;
  c := agora.case_step(c, 'ask', viewer, 'verifier');
  insert into agora.vcase_question (event_id, case_id, reason_codes, public_text)
  select e.id, wanted, codes, trim(question) from agora.vcase_event e where e.case_id = wanted and e.step = c.step;
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_ask is 'Asks the member for more; the case waits for them, and its clock with it.';

create or replace function agora.case_decide(viewer uuid, wanted uuid, seen text, how text, codes text[],
    for_member text, for_verifiers text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'verifier');
  found jsonb := agora.case_level(wanted);
begin
  perform agora.case_must_be(c, '{in_review}');
  for_member := nullif(trim(for_member), '');
  for_verifiers := nullif(trim(for_verifiers), '');
  codes := coalesce(codes, '{}');
  if how = 'reject' then
    if cardinality(codes) = 0 then
      perform agora.fail('AG004', '/reason_codes', 'Give at least one reason.');
    end if;
    perform agora.case_codes_check(codes, 'reject');
    if for_member is null then
      perform agora.fail('AG004', '/public_text', 'Tell the member why, and what they can do.');
    end if;
  elsif how = 'approve' then
    if cardinality(codes) > 0 then
      perform agora.fail('AG004', '/reason_codes', 'An approval has no reasons.');
    end if;
    if (found ->> 'level')::integer < c.level then
      perform agora.fail('AG003', null, 'The evidence and checks give level ' || (found ->> 'level') || ', not ' || c.level
        || '. ' || coalesce((select string_agg(m, ' ') from jsonb_array_elements_text(found -> 'missing') m), ''));
    end if;
  else
    perform agora.fail('AG004', '/outcome', 'Say approve or reject.');
  end if;
  insert into agora.decision (case_id, by, outcome, reason_codes, public_text, private_note, computed, duplicates)
  values (wanted, viewer, how, codes, for_member, for_verifiers, found,
          (select count(distinct d.person_id) from agora.case_duplicates(c) d));
  c := agora.case_step(c, how, viewer, 'verifier');
  if how = 'approve' then
    perform agora.verification_grant(c, viewer);
  end if;
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_decide is
  'Decides a case. An approval needs evidence and checks for the level asked, computed anew here; a rejection needs a reason and a text for the member.';

create or replace function agora.case_duplicates(c agora.vcase)
  returns table (person_id uuid, handle text, shown_name text, why text)
  language sql stable set search_path = '' as $$
  select o.person_id, coalesce(a.handle, ''), coalesce(a.given_name || ' ' || a.family_name, 'A former member'), min(o.why)
    from (
      select other.person_id,
             case other.source_kind when 'case' then k.account_id else other.source end as account_id,
             case mine.kind
               when 'name_birthdate' then 'Same name and date of birth'
               when 'email' then 'Same e-mail address'
               else 'Same number of a document: ' || coalesce(t.label, 'number of a licence') end as why
        from agora.person_key mine
        join agora.person_key other on other.hash = mine.hash and other.kind = mine.kind and other.key_id = mine.key_id
        left join agora.vcase k on k.id = other.source
        left join agora.evidence_type t on t.subtype = mine.about
       where mine.source in (c.id, c.account_id) and other.person_id <> c.person_id
         and coalesce(k.state not in ('draft', 'withdrawn'), true)) o
    left join agora.account a on a.id = o.account_id and a.state <> 'erased'
   group by o.person_id, a.handle, a.given_name, a.family_name
$$;
comment on function agora.case_duplicates is
  'Other persons who may be this one, by the keyed hashes of both (agora.person_key): the same name and date of birth, document, licence or address, in a case that was sent or an account. One who was erased is found too, without a name.';

grant execute on function agora.case_take_next(uuid), agora.case_release(uuid, uuid),
  agora.case_check_record(uuid, uuid, uuid, text, text, text, text), agora.case_ask(uuid, uuid, text, text[], text),
  agora.case_decide(uuid, uuid, text, text, text[], text, text) to agora_app;
