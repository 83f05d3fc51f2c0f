-- The trusted referee: a way for members who cannot have the usual evidence. It needs a reason and, always, a
-- second person.

create or replace function agora.case_refer(viewer uuid, wanted uuid, seen text, why text, remark text)
  returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'verifier');
begin
  perform agora.case_must_be(c, '{in_review}');
  if not exists (select from agora.referee_reason r where r.code = why) then
    perform agora.fail('AG004', '/reason', 'Choose one of the reasons of the list.');
  end if;
  if coalesce(length(trim(remark)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/note', 'Say in at most 2,000 characters what you did to find out who it is.');
  end if;
  update agora.vcase set referee_reason = why, referee_note = trim(remark), version = version + 1
   where id = wanted
  returning * into c;
  perform agora.case_step(c, 'refer', viewer, 'verifier');
  perform agora.audit(viewer, 'case.referee_reason', 'case', wanted, jsonb_build_object('reason', why));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_refer is 'Takes a case to the trusted referee, for a reason of the list; from then on its decision needs two persons.';

create or replace function agora.case_referee_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return nullif(jsonb_strip_nulls(jsonb_build_object(
      'asked', c.referee_asked,
      'reason', c.referee_reason,
      'label', (select r.label from agora.referee_reason r where r.code = c.referee_reason),
      'note', case when viewed_as <> 'member' then c.referee_note end)), '{}');
end $$;
comment on function agora.case_referee_json is 'Why a trusted referee was asked for and used; the note only for verifiers.';

grant execute on function agora.case_refer(uuid, uuid, text, text, text) to agora_app;
