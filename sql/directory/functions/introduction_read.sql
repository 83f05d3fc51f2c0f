-- An introduction as one of its two sees it. The asker's view is made from what the asker may know
-- alone, so that an answer about a declined request is the same, octet by octet, as about an open one.

create or replace function agora.introduction_name(account uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when a.state = 'erased' then 'A former member'
      else coalesce(agora.profile_visible(a.id, 'contacts') ->> 'shown_name', a.given_name || ' ' || a.family_name) end
      from agora.account a where a.id = account);
end $$;
comment on function agora.introduction_name is 'Name of the other in an introduction: as they show it. For those who know the name, confidential members too.';

create or replace function agora.introduction_under(i agora.introduction, viewer uuid, out handle text, out visible jsonb)
  language plpgsql stable set search_path = '' as $$
declare
  other constant uuid := case viewer when i.asker then i.asked else i.asker end;
  asked_under constant text := case viewer when i.asker then i.asked_as else i.asker_as end;
  listed constant text := agora.met_as(viewer, other);
begin
  if asked_under is not distinct from listed or agora.introduction_as(i, viewer) is null and listed is null then
    visible := agora.profile_visible(other, case when agora.is_contact(viewer, other) then 'contacts' else 'members' end::agora.tier);
  end if;
  -- What they are listed as now is of the same person: it may not show beside another name.
  handle := case when listed is not null or agora.introduction_as(i, viewer) is not null then asked_under end;
  visible := coalesce(visible, '{}') || jsonb_build_object('shown_name',
    coalesce(agora.pseudonym_name(agora.introduction_as(i, viewer)), agora.introduction_name(other)));
end $$;
comment on function agora.introduction_under is
  'As whom one of the two sees the other in an introduction: the pseudonym as handle (null: the own), and what is visible. The name as soon as it is accepted.';

create or replace function agora.introduction_card(i agora.introduction, viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select agora.card_of(coalesce(u.handle, a.handle), u.visible, agora.verified_told(agora.verified(a.id), agora.introduction_as(i, viewer)))
           || jsonb_build_object('topics', jsonb_path_query_array(agora.card_topics(u.visible), '$[0 to 5]'))
      from agora.account a, agora.introduction_under(i, viewer) u
     where a.id = case viewer when i.asker then i.asked else i.asker end);
end $$;
comment on function agora.introduction_card is
  'The card of the other in an introduction. Unlike agora.member_card() it does not ask about blocks, pauses or suspension, so that none shows in an introduction that had been made before.';

create or replace function agora.introduction_can(i agora.introduction, viewer uuid) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return case agora.introduction_seen(i, viewer)
    when 'sent' then '{withdraw}'::text[]
    when 'received' then case when i.paused_at is null then '{accept,decline}' else '{decline}' end::text[]
    when 'declined' then case when agora.introduction_mutual(i.asked, i.asker) = i.id then '{accept}' else '{}' end::text[]
    when 'connecting' then '{end}'
    when 'delayed' then '{end}'
    when 'connected' then '{end}'
    else '{}' end || '{block}'::text[];
end $$;
comment on function agora.introduction_can is 'What the viewer may do with an introduction now.';

create or replace function agora.introduction_json(wanted uuid, viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
declare
  i agora.introduction;
  seen text;
  other uuid;
begin
  select * into i from agora.introduction n where n.id = wanted;
  seen := agora.introduction_seen(i, viewer);
  other := case viewer when i.asker then i.asked else i.asker end;
  return jsonb_strip_nulls(jsonb_build_object(
    'id', i.id,
    'state', seen,
    'mine', viewer = i.asker,
    'other', agora.introduction_card(i, viewer),
    'ask', i.ask,
    'topic', case when i.topic is not null then agora.topic_json(i.topic) end,
    'why', i.why,
    'time_asked', i.time_asked,
    'offer', i.offer,
    'created_at', agora.ts(i.created_at),
    'expires_at', case when seen in ('sent', 'received') then agora.ts(i.expires_at) end,
    'paused', case when seen = 'received' and i.paused_at is not null then true end,
    'connected_at', agora.ts(i.connected_at),
    'ended_at', case when seen = 'ended' then agora.ts(i.ended_at) end,
    'alias', case when seen = 'connected' then (select t.alias from agora.tmtp_account t where t.account_id = other) end,
    'waiting_for', case when seen = 'connecting' then
      case when not agora.tmtp_ready(viewer) then 'my_link'
           when not agora.tmtp_ready(other) then 'other_link'
           else 'server' end end,
    'can', to_jsonb(agora.introduction_can(i, viewer))));
end $$;
comment on function agora.introduction_json is 'An introduction as one of its two sees it (schema Introduction).';

create or replace function agora.introduction_get(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from agora.introduction i
                  where i.id = wanted and viewer in (i.asker, i.asked)
                    and agora.introduction_seen(i, viewer) is not null) then
    perform agora.fail('AG001');
  end if;
  return agora.introduction_json(wanted, viewer)::text;
end $$;
comment on function agora.introduction_get is 'One introduction, for one of its two.';

create or replace function agora.introduction_box(seen text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case
    when seen in ('connecting', 'delayed', 'connected') then 'connected'
    when seen in ('received', 'sent') then seen
    else 'past' end;
end $$;
comment on function agora.introduction_box is 'Which list an introduction is in, by the state that its viewer sees.';

create or replace function agora.introduction_list(viewer uuid, box text, most integer, cursor text) returns text
  language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  page uuid[];
  counts jsonb;
begin
  if cursor !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    perform agora.fail('AG004', '/cursor', 'This cursor was not given out here.');
  end if;
  with mine as materialized (
    select i.id, agora.introduction_box(s.seen) as box
      from agora.introduction i, lateral (select agora.introduction_seen(i, viewer) as seen) s
     where viewer in (i.asker, i.asked) and s.seen is not null)
  select array(select m.id from mine m where m.box = box and (cursor is null or m.id < cursor::uuid) order by m.id desc limit most + 1),
         (select jsonb_build_object('received', count(*) filter (where m.box = 'received'),
                                    'sent', count(*) filter (where m.box = 'sent'),
                                    'connected', count(*) filter (where m.box = 'connected')) from mine m)
    into page, counts;
  return jsonb_strip_nulls(jsonb_build_object(
    'items', coalesce((select jsonb_agg(agora.introduction_json(p.id, viewer) order by p.id desc)
                         from unnest(page[:most]) p (id)), '[]'),
    'counts', counts,
    'next', case when cardinality(page) > most then page[most] end))::text;
end $$;
comment on function agora.introduction_list is 'A page of the viewer''s introductions, the latest first (schema IntroductionList).';

create or replace function agora.introduction_quota_json(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
      'open', agora.introduction_open_asks(a.person_id),
      'open_limit', agora.introduction_open_limit(viewer),
      'left_this_week', floor(t.now),
      'next_at', case when t.now < 1 then agora.ts(now() + make_interval(
        secs => ((1 - t.now) * 86400 / agora.policy_int('introduction.tokens_per_day'))::double precision)) end))::text
      from agora.account a, lateral (select agora.introduction_tokens(a.person_id) as now) t
     where a.id = viewer);
end $$;
comment on function agora.introduction_quota_json is 'How many more requests the viewer may make (schema Quota).';

grant execute on function
  agora.introduction_get(uuid, uuid), agora.introduction_list(uuid, text, integer, text),
  agora.introduction_quota_json(uuid) to agora_app;
