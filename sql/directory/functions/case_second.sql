-- The second person: looks at a frozen snapshot, first for themself, then confirms it or gives it back.

create or replace function agora.case_blind() returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.policy p where p.key = 'verification.blind_second' and p.value = 'true');
end $$;
comment on function agora.case_blind is 'Whether a second person records what they find before they see what the first found.';

create or replace function agora.second_items(d agora.decision) returns setof uuid
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select (e ->> 'id')::uuid
    from jsonb_array_elements(d.snapshot -> 'evidence') e
   where jsonb_array_length(e -> 'checks') > 0;
end $$;
comment on function agora.second_items is 'The pieces of evidence that a recommendation rests on: those that were checked, in its snapshot.';

create or replace function agora.second_open_items(d agora.decision) returns setof uuid
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select i from agora.second_items(d) i
   where not exists (select from agora.second_check k join agora.vcase c on c.id = d.case_id and k.by = c.second_by
                      where k.decision_id = d.id and k.evidence_id = i);
end $$;
comment on function agora.second_open_items is 'Those about which the second person has not yet said what they find.';

create or replace function agora.second_sees(c agora.vcase) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select c.state <> 'awaiting_second' or not agora.case_blind() or d.outcome is distinct from 'approve'
           or not exists (select from agora.second_open_items(d))
      from (select 1) one left join agora.case_live_decision(c.id) d on true);
end $$;
comment on function agora.second_sees is 'Whether the second person may see what the first found: once their own findings are complete (blind second).';

create or replace function agora.case_second_check(viewer uuid, wanted uuid, item uuid, finding text, remark text)
  returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'second');
  d agora.decision := agora.case_live_decision(wanted);
begin
  perform agora.case_must_be(c, '{awaiting_second}');
  if item not in (select i from agora.second_items(d) i) then
    perform agora.fail('AG004', '/evidence', 'This is no evidence that the recommendation rests on.');
  end if;
  if finding is null or finding not in ('passed', 'failed', 'cannot_tell') then
    perform agora.fail('AG004', '/result', 'Say passed, failed or cannot_tell.');
  end if;
  if agora.case_blind() and d.outcome = 'approve' and agora.second_sees(c) then
    perform agora.fail('AG003', null, 'You have seen what the first person found; your own findings stand.');
  end if;
  insert into agora.second_check (decision_id, evidence_id, result, note, by)
  values (d.id, item, finding, nullif(trim(remark), ''), viewer)
  on conflict (decision_id, evidence_id, by) do update set result = excluded.result, note = excluded.note, at = now();
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'case.second_check', 'case', wanted, jsonb_build_object('evidence', item, 'result', finding));
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_second_check is
  'Records what the second person finds about a piece of evidence. It can be changed until all are recorded; then what the first found is shown.';

create or replace function agora.case_second(viewer uuid, wanted uuid, seen text, how text, presented text, remark text)
  returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'second');
  d agora.decision := agora.case_live_decision(wanted);
begin
  perform agora.case_must_be(c, '{awaiting_second}');
  remark := nullif(trim(remark), '');
  if how is null or how not in ('confirm', 'return') then
    perform agora.fail('AG004', '/outcome', 'Say confirm or return.');
  elsif how = 'return' and remark is null then
    perform agora.fail('AG004', '/note', 'Say what the first person should look at again.');
  elsif length(remark) > 2000 then
    perform agora.fail('AG004', '/note', 'Write at most 2,000 characters.');
  end if;
  update agora.decision x
     set second_by = viewer, second_at = now(), second_note = remark, second_hash = presented,
         state = case how when 'confirm' then 'final' else 'recommended' end
   where x.id = d.id;
  c := agora.case_step(c, case
    when how = 'return' and agora.case_role(d."by", 'verifier') then 'return'
    when how = 'return' then 'return_away'
    when d.outcome = 'approve' then 'confirm'
    else 'confirm_reject' end, viewer, 'verifier');
  if c.state = 'approved' then
    perform agora.verification_grant(c, d."by");
  end if;
  return query select * from agora.case_get_or_gone(viewer, c);
end $$;
comment on function agora.case_second is
  'The second person confirms a recommendation, presenting the hash of the snapshot they have read, or gives it back with a note.';

create or replace function agora.case_get_or_gone(viewer uuid, c agora.vcase) returns table (body text, etag text)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select case when agora.case_viewed_as(c, viewer) is not null then agora.case_json(c, agora.case_viewed_as(c, viewer))
              else jsonb_build_object('id', c.id, 'reference', c.reference, 'version', c.version, 'state', c.state, 'level', c.level,
                'claims', '{}'::jsonb, 'evidence', '[]'::jsonb, 'timeline', '[]'::jsonb, 'can', '[]'::jsonb) end::text,
         c.version::text;
end $$;
comment on function agora.case_get_or_gone is 'A case after an act that may have ended the viewer''s part in it: then only where it stands.';

create or replace function agora.case_second_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'outcome', d.outcome,
        'two_persons', to_jsonb(d.two_persons),
        'by', a.given_name || ' ' || a.family_name,
        'at', agora.ts(d.at),
        'reason_codes', to_jsonb(d.reason_codes),
        'public_text', d.public_text,
        'snapshot', d.snapshot_hash,
        'unchanged', d.snapshot_hash = agora.case_hash(c.id),
        'hidden', viewed_as = 'second' and not s.sees,
        'private_note', case when viewed_as = 'verifier' or s.sees then d.private_note end,
        'items', (select coalesce(jsonb_agg(i), '[]') from agora.second_items(d) i),
        'findings', case when viewed_as = 'second' then (
          select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('evidence', k.evidence_id, 'result', k.result, 'note', k.note))
                                    order by k.at), '[]')
            from agora.second_check k where k.decision_id = d.id and k.by = c.second_by) else '[]' end))
      from agora.decision d
      join agora.account a on a.id = d.by,
           lateral (select agora.second_sees(c) as sees) s
     where d.case_id = c.id and d.state = 'recommended');
end $$;
comment on function agora.case_second_json is
  'A recommendation that waits for the second person (schema Recommendation): what was recommended and on which snapshot; what the first found only when it may be seen.';

create or replace function agora.case_returned_json(c agora.vcase) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('by', a.given_name || ' ' || a.family_name, 'at', agora.ts(d.second_at), 'note', d.second_note)
      from agora.decision d
      join agora.account a on a.id = d.second_by
     where d.case_id = c.id and d.state = 'returned' and c.state in ('in_review', 'referee_review')
     order by d.second_at desc
     limit 1);
end $$;
comment on function agora.case_returned_json is 'Why a second person gave the case back, for who has it now.';

create or replace function agora.case_pairs(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers and admins see who decides with whom.');
  end if;
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
             'first', f.given_name || ' ' || f.family_name, 'second', s.given_name || ' ' || s.family_name,
             'confirmed', p.confirmed, 'returned', p.returned, 'share', p.share)
             order by p.confirmed + p.returned desc, f.id, s.id), '[]'))
      from (
        select d.by, d.second_by, count(*) filter (where d.state in ('final', 'overturned')) as confirmed,
               count(*) filter (where d.state = 'returned') as returned,
               round(count(*)::numeric / sum(count(*)) over (partition by d.second_by), 2) as share
          from agora.decision d
         where d.second_by is not null and d.at > now() - interval '90 days'
         group by d.by, d.second_by) p
      join agora.account f on f.id = p.by
      join agora.account s on s.id = p.second_by)::text;
end $$;
comment on function agora.case_pairs is
  'Who confirmed whose recommendations in the last 90 days (schema PairList), and which share of that second person''s work it is.';

grant execute on function agora.case_second_check(uuid, uuid, uuid, text, text),
  agora.case_second(uuid, uuid, text, text, text, text), agora.case_pairs(uuid) to agora_app;
