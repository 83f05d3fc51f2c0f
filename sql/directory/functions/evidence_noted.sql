-- Look, note, do not keep, file by file: whoever is the last to look at a file writes down what they saw,
-- and it is destroyed at once, before the decision.

create or replace function agora.evidence_may_note(c agora.vcase, seen_as text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.evidence_look_only(c.id) and not agora.evidence_held(c.id)
     and coalesce((seen_as = 'second' and c.state = 'awaiting_second')
                  -- Whom a second person follows leaves them something to look at.
                  or (seen_as = 'verifier' and c.state in ('in_review', 'referee_review')
                      and cardinality(agora.case_two_persons(c, 'approve', '{}')) = 0), false);
end $$;
comment on function agora.evidence_may_note is
  'Whether someone who sees the files of a case so may note and destroy them: they are not to be kept, nothing holds them, and nobody has to look at them after this person.';

create or replace function agora.evidence_noted(viewer uuid, wanted uuid, words text) returns boolean
  language plpgsql volatile security definer set search_path = '' as $$
declare
  b agora.evidence_blob;
  c agora.vcase;
  seen_as text;
begin
  select * into b from agora.evidence_blob where id = wanted;
  -- The case first, as everybody locks.
  select * into c from agora.vcase where id = b.case_id for update;
  select * into b from agora.evidence_blob where id = wanted for update;
  seen_as := agora.evidence_seen_as(c, viewer);
  if seen_as is null or (b.leaving_at is not null and b.noted_by is distinct from viewer) then
    perform agora.fail('AG001');
  elsif seen_as = 'member' then
    perform agora.fail('AG002', null, 'Only the verifier who has the case can do this.');
  elsif coalesce(length(trim(words)), 0) not between 1 and 1000 then
    perform agora.fail('AG004', '/note', 'Write down what you saw in at most 1,000 characters.');
  elsif b.noted_by = viewer then
    return b.destroyed_at is null;
  elsif not agora.evidence_may_note(c, seen_as) then
    perform agora.fail('AG003', null, 'These files are kept for now: by the organisation''s rule, for a second person, or since something holds them.');
  elsif b.state <> 'ready' or exists (
       select from agora.evidence_page p
        where p.blob_id = wanted
          and not exists (select from agora.evidence_view v where v.blob_id = wanted and v.page = p.page and v.viewer = evidence_noted.viewer)) then
    perform agora.fail('AG003', null, 'Look at every page of it first.');
  end if;
  update agora.evidence_blob set leaving_at = now(), why = 'noted', note = trim(words), noted_by = viewer where id = wanted;
  perform agora.audit(viewer, 'evidence.noted', 'evidence_file', wanted,
    jsonb_build_object('case', c.id, 'evidence', b.bound_to, 'as', seen_as));
  perform agora.evidence_tell(b);
  return true;
end $$;
comment on function agora.evidence_noted is
  'Takes what the last one to look at a file wrote down: nobody sees it from now on, and it is to be destroyed at once. Whether it still is; done again by the same person it changes nothing.';

grant execute on function agora.evidence_noted(uuid, uuid, text) to agora_app;
