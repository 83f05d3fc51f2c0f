-- Complaints as admins see them.

create or replace function agora.complaint_json(c agora.complaint) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'id', c.id,
      'reference', c.reference,
      'email', c.email,
      'name', c.name,
      'handle', c.handle,
      'about', agora.vouch_party(c.about),
      'verification', (
        select agora.verification_record(v) from agora.verification v
         where v.person_id = agora.case_person(c.about) and v.state in ('active', 'suspended')),
      'relation', c.relation,
      'text', c.text,
      'access_need', c.access_need,
      'confirmed_at', agora.ts(c.confirmed_at),
      'acknowledge_by', agora.ts(c.acknowledge_by),
      'decide_by', agora.ts(c.decide_by),
      'acknowledged_at', agora.ts(c.acknowledged_at),
      'decided_at', agora.ts(c.decided_at),
      'outcome', case when c.act_id is not null and c.decided_at is null then 'awaiting' else c.outcome end,
      'act', case when c.decided_at is null then c.act_id end,
      'note', c.note,
      'late', c.decided_at is null and (c.decide_by < now() or (c.acknowledged_at is null and c.acknowledge_by < now()))));
end $$;
comment on function agora.complaint_json is 'A complaint as admins see it (schema Complaint).';

create or replace function agora.complaint_list(viewer uuid, view text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins handle complaints.');
  end if;
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(agora.complaint_json(o.c) order by o.place), '[]')
      from (select p::agora.complaint as c, row_number() over (order by case when view = 'open' then p.decide_by end, p.decided_at desc) as place
              from agora.complaint p
             where p.confirmed_at is not null and (p.decided_at is null) = (view = 'open')
               and agora.case_person(p.about) is distinct from agora.case_person(viewer)
             order by case when view = 'open' then p.decide_by end, p.decided_at desc
             limit 200) o))::text;
end $$;
comment on function agora.complaint_list is
  'Complaints for admins: open ones, due first, or decided ones, latest first; at most 200, never about themselves (schema ComplaintList).';

grant execute on function agora.complaint_list(uuid, text) to agora_app;
