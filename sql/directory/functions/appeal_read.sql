-- Appeals as their member, and as verifiers and admins, see them.

create or replace function agora.appeal_json(a agora.appeal, viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'id', a.id,
      'kind', case when a.case_id is not null then 'case' else 'revocation' end,
      'case', a.case_id,
      'verification', a.verification_id,
      'reference', (select c.reference from agora.vcase c where c.id = a.case_id),
      'text', a.text,
      'access_need', a.access_need,
      'opened_at', agora.ts(a.opened_at),
      'acknowledge_by', agora.ts(a.acknowledge_by),
      'decide_by', agora.ts(a.decide_by),
      'acknowledged_at', agora.ts(a.acknowledged_at),
      'decided_at', agora.ts(a.decided_at),
      'outcome', a.outcome,
      'reason_text', a.reason_text,
      -- The second and last step, once the first is done.
      'ombudsman', case when a.outcome is not null then agora.policy_text('verification.ombudsman') end))
    || case when a.person_id = agora.case_person(viewer) then '{}' else jsonb_strip_nulls(jsonb_build_object(
      'member', agora.vouch_party(a.account_id),
      'late', a.decided_at is null and (a.decide_by < now() or (a.acknowledged_at is null and a.acknowledge_by < now())),
      'private_note', a.private_note,
      'decided_by', (select agora.vouch_party(a.decided_by) ->> 'shown_name'),
      'may_decide', a.decided_at is null and not agora.appeal_touched(a, viewer))) end;
end $$;
comment on function agora.appeal_json is 'An appeal as its member or as a verifier or admin sees it (schema Appeal).';

create or replace function agora.appeal_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := agora.case_person(viewer);
begin
  return jsonb_build_object(
    'items', (select coalesce(jsonb_agg(agora.appeal_json(a, viewer) order by a.opened_at desc), '[]')
                from agora.appeal a where a.person_id = me),
    'open_to', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'id', o.id, 'decided_at', agora.ts(o.at),
                                                   'until', agora.ts(agora.appeal_until(o.at))) order by o.at desc), '[]')
        from (select 'case' as kind, c.id, c.decided_at as at from agora.vcase c
               where c.account_id = viewer and c.state in ('approved', 'rejected') and agora.appeal_of_case(c) is null
              union all
              select 'revocation', v.id, v.ended_at from agora.verification v
               where v.person_id = me and v.state = 'revoked' and agora.appeal_of_verification(v) is null) o))::text;
end $$;
comment on function agora.appeal_mine is 'A member''s appeals, and the decisions that are open to one (schema MyAppeals).';

create or replace function agora.appeal_list(viewer uuid, view text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers and admins handle appeals.');
  end if;
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(agora.appeal_json(a.a, viewer) order by a.place), '[]')
      from (select p::agora.appeal as a, row_number() over (order by case when view = 'open' then p.decide_by end, p.decided_at desc) as place
              from agora.appeal p
             where (p.decided_at is null) = (view = 'open') and p.person_id <> agora.case_person(viewer)
             order by case when view = 'open' then p.decide_by end, p.decided_at desc
             limit 200) a))::text;
end $$;
comment on function agora.appeal_list is
  'Appeals for verifiers and admins: open ones, due first, or decided ones, latest first; at most 200, never the own (schema AppealList).';

create or replace function agora.appeal_get(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  a agora.appeal;
  staff boolean := agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin');
begin
  select * into a from agora.appeal where id = wanted;
  if not found or not (staff or a.person_id is not distinct from agora.case_person(viewer)) then
    perform agora.fail('AG001');
  end if;
  return (agora.appeal_json(a, viewer) || case
    -- What it is about, for who may decide it, whole.
    when a.person_id = agora.case_person(viewer) or a.decided_at is not null or agora.appeal_touched(a, viewer) then '{}'
    when a.case_id is not null then jsonb_build_object('about', jsonb_build_object(
      'case', (select agora.case_json(c, 'verifier') from agora.vcase c where c.id = a.case_id)))
    else jsonb_build_object('about', jsonb_build_object('verification', (
      select agora.verification_record(v) || jsonb_strip_nulls(jsonb_build_object('end_reason', v.end_reason, 'end_note', v.end_note))
        from agora.verification v where v.id = a.verification_id))) end)::text;
end $$;
comment on function agora.appeal_get is 'One appeal; with the case or the revocation it is about for who may decide it.';

grant execute on function agora.appeal_mine(uuid), agora.appeal_list(uuid, text), agora.appeal_get(uuid, uuid) to agora_app;
