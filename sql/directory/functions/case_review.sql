-- What a verifier does with the case they have: check, ask, give it back, say that they are involved.

create or replace function agora.case_worked_as(s agora.case_state) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case s when 'awaiting_second' then 'second' else 'verifier' end;
end $$;
comment on function agora.case_worked_as is 'As whom a verifier works on a case in this state.';

create or replace function agora.case_release(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  viewed_as text;
begin
  select * into c from agora.vcase where id = wanted for update;
  viewed_as := agora.case_viewed_as(c, viewer);
  if viewed_as is null and agora.case_role(viewer, 'admin') and c.state in ('in_review', 'referee_review', 'awaiting_second') then
    perform agora.case_step(c, 'release', viewer, 'admin');
  elsif viewed_as is null then
    perform agora.fail('AG001');
  elsif viewed_as = agora.case_worked_as(c.state) then
    perform agora.case_step(c, 'release', viewer, 'verifier');
  else
    perform agora.fail('AG002', null, 'Only the verifier who has the case can do this.');
  end if;
end $$;
comment on function agora.case_release is
  'Gives a case back to the queue, or to the second persons; an admin can do it for a verifier who is away.';

create or replace function agora.case_declare_conflict(viewer uuid, wanted uuid, remark text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  viewed_as text;
begin
  select * into c from agora.vcase where id = wanted for update;
  viewed_as := agora.case_viewed_as(c, viewer);
  if viewed_as is null then
    perform agora.fail('AG001');
  elsif viewed_as <> agora.case_worked_as(c.state) then
    perform agora.fail('AG002', null, 'Only the verifier who has the case can do this.');
  end if;
  insert into agora.case_conflict (case_id, account_id, note) values (wanted, viewer, nullif(trim(remark), ''))
  on conflict (case_id, account_id) do nothing;
  perform agora.case_step(c, 'conflict', viewer, 'verifier');
end $$;
comment on function agora.case_declare_conflict is 'A verifier says that they should not decide about this person; the case goes to others and never back to them.';

create or replace function agora.case_check_record(viewer uuid, wanted uuid, item uuid, method text, outcome text,
    asked_of text, remark text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'verifier');
  made uuid;
begin
  perform agora.case_must_be(c, '{in_review,referee_review}');
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

grant execute on function agora.case_release(uuid, uuid), agora.case_declare_conflict(uuid, uuid, text),
  agora.case_check_record(uuid, uuid, uuid, text, text, text, text), agora.case_ask(uuid, uuid, text, text[], text) to agora_app;
