-- What those who ask and confirm see of acts of two persons.

create or replace function agora.two_person_seen(viewer uuid, act agora.two_person_act) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return act.asked_by = viewer
      or not agora.two_person_barred(viewer, act)
         and agora.has_role(viewer, (select k.ask_roles || k.confirm_roles || '{auditor}' from agora.two_person_kind k where k.kind = act.kind));
end $$;
comment on function agora.two_person_seen is
  'Who sees an act: those who may ask for its kind or confirm it, and auditors; never whom it is about.';

create or replace function agora.two_person_can(viewer uuid, act agora.two_person_act) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when act.state <> 'asked' or act.expires_at <= now() then '{}'::text[] else array_remove(array[
        case when may and agora.person_of(viewer) <> agora.person_of(act.asked_by) then 'confirm' end,
        case when may and agora.person_of(viewer) <> agora.person_of(act.asked_by) then 'refuse' end,
        case when viewer = act.asked_by then 'take_back' end], null) end
      from (select not agora.two_person_barred(viewer, act)
                   and agora.has_role(viewer, (select k.confirm_roles from agora.two_person_kind k where k.kind = act.kind)) as may) m);
end $$;
comment on function agora.two_person_can is 'What the viewer can do with an act: confirm, refuse, take_back.';

create or replace function agora.two_person_json(viewer uuid, act agora.two_person_act) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'id', act.id,
        'kind', act.kind,
        'label', k.label,
        'summary', coalesce(act.summary, agora.two_person_words(act.kind, act.payload)),
        'reason', act.reason,
        'asked_by', agora.name_of(act.asked_by),
        'asked_at', agora.ts(act.asked_at),
        'expires_at', agora.ts(act.expires_at),
        'state', case when act.state = 'asked' and act.expires_at <= now() then 'expired' else act.state::text end,
        'settled_by', agora.name_of(coalesce(act.confirmed_by, act.refused_by)),
        'settled_at', agora.ts(act.settled_at),
        'note', act.note,
        'reads', (select jsonb_build_object('until', agora.ts(g.ends_at)) from agora.break_glass g
                   where g.id = act.id and g.account_id = viewer and g.ends_at > now()),
        'recall', case when act.kind = 'recall' then agora.recall_view(act) end,
        'can', to_jsonb(agora.two_person_can(viewer, act))))
      from agora.two_person_kind k where k.kind = act.kind);
end $$;
comment on function agora.two_person_json is 'An act as the viewer sees it (schema TwoPersonAct).';

create or replace function agora.name_of(account uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (select a.given_name || ' ' || a.family_name from agora.account a where a.id = account);
end $$;
comment on function agora.name_of is 'The name that a member of staff goes by.';

create or replace function agora.two_person_get(viewer uuid, wanted uuid) returns table (body text, etag text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  act agora.two_person_act;
begin
  select * into act from agora.two_person_act where id = wanted;
  if not found or not agora.two_person_seen(viewer, act) then
    perform agora.fail('AG001');
  end if;
  return query select agora.two_person_json(viewer, act)::text, agora.two_person_etag(act);
end $$;
comment on function agora.two_person_get is 'One act, with its version.';

create or replace function agora.two_person_list(viewer uuid, settled boolean, most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(agora.two_person_json(viewer, t.act) order by t.n)
          from (select x as act, row_number() over (order by case when not settled then x.expires_at end, x.settled_at desc, x.id desc) as n
                  from agora.two_person_act x
                 where (x.state <> 'asked') = settled and (settled or x.expires_at > now()) and agora.two_person_seen(viewer, x)
                 order by n limit most) t), '[]'),
      'kinds', coalesce((
        select jsonb_agg(jsonb_build_object('code', k.kind, 'label', k.label) order by k.place)
          from agora.two_person_kind k
         where agora.has_role(viewer, k.ask_roles)), '[]'))::text;
end $$;
comment on function agora.two_person_list is
  'What waits for a second person, soonest to expire first, or what was settled, latest first; and the kinds that the viewer may ask for (schema TwoPersonList).';

grant execute on function agora.two_person_get(uuid, uuid), agora.two_person_list(uuid, boolean, integer) to agora_app;
