-- Who could introduce a viewer to a member: contacts of both. That two members are contacts is theirs: it is
-- counted or named only where both let the viewer know whom they know.

create or replace function agora.knows_tier(account uuid) returns agora.tier
  language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select k.tier from agora.known_tier k where k.account_id = account), 'self');
end $$;
comment on function agora.knows_tier is 'Who may learn which contacts a member has: nobody, unless the member said otherwise.';

create or replace function agora.contacts_of(account uuid) returns uuid[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select case account when c.one then c.other else c.one end
      from agora.contact c
     where account in (c.one, c.other) and c.wanted and c.confirmed and (c.until is null or c.until > now()));
end $$;
comment on function agora.contacts_of is 'The members who are contacts of a member now.';

create or replace function agora.introducers(viewer uuid, mine uuid[], member uuid) returns uuid[]
  language plpgsql stable security definer set search_path = '' as $$
declare
  near agora.tier := agora.viewer_tier(viewer, member);
begin
  -- Of who is a contact already, or does not let this viewer know whom they know, nothing is told.
  if near is null or near not in ('members', 'contacts') or member = any (mine) or agora.knows_tier(member) > near then
    return '{}';
  end if;
  -- Nor of who has no page under their own name for this viewer.
  if agora.listed_as(member, near) is not null or agora.profile_visible(member, near) is null then
    return '{}';
  end if;
  return array(
    select m.id
      from unnest(mine) m (id)
     where agora.is_contact(m.id, member)
       and agora.knows_tier(m.id) <= 'contacts' and agora.viewer_tier(viewer, m.id) is not null
     order by m.id);
end $$;
comment on function agora.introducers is 'Those of the viewer''s contacts (mine) who are the member''s too, where both of them let the viewer know.';

create or replace function agora.introducers_json(viewer uuid, found uuid[]) returns jsonb
  language plpgsql stable set search_path = '' as $$
declare
  able alias for $2; -- found is plpgsql's own
begin
  return jsonb_build_object('count', cardinality(able), 'members', coalesce((
    select jsonb_agg(jsonb_build_object('handle', a.handle, 'shown_name', n.name) order by n.name, a.handle)
      from (select f.id from unnest(able) f (id) limit 3) f
      join agora.account a on a.id = f.id
     cross join lateral (select agora.profile_visible(a.id, agora.viewer_tier(viewer, a.id)) ->> 'shown_name' as name) n
     where n.name is not null), '[]'));
end $$;
comment on function agora.introducers_json is 'How many could introduce, and up to three of them by name (schema Introducers).';

create or replace function agora.search_introducers(viewer uuid, handles text[]) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  mine uuid[] := agora.contacts_of(viewer);
begin
  if mine = '{}' then
    return null;
  end if;
  return (
    select jsonb_object_agg(a.handle, agora.introducers_json(viewer, i.found))::text
      from agora.account a
      join agora.known_tier k on k.account_id = a.id and k.tier <= 'contacts'
     cross join lateral (select agora.introducers(viewer, mine, a.id) as found) i
     where a.handle = any (handles) and i.found <> '{}');
end $$;
comment on function agora.search_introducers is 'For each of these members whom contacts of the viewer could introduce: who; null when there is none.';

create or replace function agora.member_introducers(viewer uuid, wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return agora.introducers_json(viewer, agora.introducers(viewer, agora.contacts_of(viewer), (select a.id from agora.account a where a.handle = wanted)))::text;
end $$;
comment on function agora.member_introducers is
  'Who of the viewer''s contacts could introduce them to a member (schema Introducers); nobody, when there is no such member or the viewer may not know of them.';

create or replace function agora.knows_get(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object('tier', agora.knows_tier(viewer))::text;
end $$;
comment on function agora.knows_get is 'Who may learn which contacts the viewer has (schema Knows).';

create or replace function agora.knows_put(viewer uuid, wanted text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into agora.known_tier (account_id, tier) values (viewer, wanted::agora.tier)
  on conflict (account_id) do update set tier = excluded.tier;
  return agora.knows_get(viewer);
end $$;
comment on function agora.knows_put is 'Sets who may learn which contacts the viewer has.';

grant execute on function agora.member_introducers(uuid, text), agora.knows_get(uuid), agora.knows_put(uuid, text) to agora_app;
