-- Who sees what. agora.person_visible says whether a viewer may know of a member at all, agora.viewer_tier how
-- near the two are, agora.profile_visible what of the profile is visible that near. Everything that shows a
-- member to another reads through these: the page, its preview, search rows, cards. Nothing else may read
-- agora.profile for others.

create or replace function agora.is_hidden(viewer uuid, member uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from agora.account v, agora.account m, agora.block k
     where v.id = viewer and m.id = member
       and (k.blocker_person = m.person_id and k.blocked_person = v.person_id
            or k.blocker_person = v.person_id and k.blocked_person = m.person_id
               and k.blocked_as = coalesce(agora.met_as(viewer, member), '')));
end $$;
comment on function agora.is_hidden is
  'Whether a block lies between a viewer and a member as the viewer meets them: by the member, or by the viewer of this name or pseudonym. One of a name takes no pseudonym away, or it would tell whose that is.';

create or replace function agora.person_listed(member uuid) returns boolean
  -- In plpgsql, since its plan is kept.
  language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from agora.profile p
      join agora.account a on a.id = p.account_id
     where p.account_id = member and a.state = 'active' and (p.paused_until is null or p.paused_until <= now())
       and not agora.person_suspended(a.person_id));
end $$;
comment on function agora.person_listed is 'Whether a member is in the directory: their account is active, they have not left it for a time, and their verification is not suspended.';

create or replace function agora.person_visible(viewer uuid, member uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
declare
  m record;
begin
  select a.state, a.person_id, p.shown_name_tier into m
    from agora.profile p
    join agora.account a on a.id = p.account_id
   where p.account_id = member;
  if not found or m.state <> 'active' then
    return false;
  elsif viewer = member then
    return true;
  elsif viewer is null or not agora.is_active(viewer) then
    return m.shown_name_tier = 'public' and agora.pseudonym_of(member) is null and agora.person_listed(member);
  elsif agora.is_hidden(viewer, member) then
    return false;
  elsif agora.is_contact(viewer, member) then
    return true;
  elsif agora.person_suspended(m.person_id) then
    return agora.has_role(viewer, '{verifier,admin}');
  end if;
  -- Who has asked, or was asked, may see whom while that is open.
  return agora.person_listed(member) or (agora.introduction_current(viewer, member)).id is not null;
end $$;
comment on function agora.person_visible is
  'Whether a viewer (null: not signed in) may know of a member, under a name or a pseudonym: not when their account is not active, when a block is between them, when their verification is suspended (but for contacts, verifiers and admins), nor when they have left the directory (but for contacts, and while an introduction is open); people who are not signed in only when the name is public and not confidential.';

create or replace function agora.viewer_tier(viewer uuid, member uuid) returns agora.tier
  language plpgsql stable security definer set search_path = '' as $$
begin
  return case
    when not agora.person_visible(viewer, member) then null
    when viewer = member then 'self'::agora.tier
    when viewer is null or not agora.is_active(viewer) then 'public'
    when agora.is_contact(viewer, member) then 'contacts'
    else 'members' end;
end $$;
comment on function agora.viewer_tier is
  'How near a viewer (null: not signed in) is to a member: sees values of tiers up to this. Null when the viewer may not know of the member (agora.person_visible).';

create or replace function agora.profile_visible(p agora.profile, k agora.pseudonym, topics jsonb, near agora.tier) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  named constant boolean := k.handle is null or near >= 'contacts';
  upto constant agora.tier := case when named then near end; -- null: no field at all
begin
  -- Without a query, since this runs for every card, page and search row.
  if (case when named then p.shown_name_tier <= near else near = 'members' and agora.member_level(p.account_id) > 0 end) is not true then
    return null;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'shown_name', case when named then p.shown_name else k.name end,
    'headline', case when p.headline_tier <= upto then p.headline end,
    'about', case when p.about_tier <= upto then p.about end,
    'organisation', case when p.organisation_tier <= upto then p.organisation end,
    'title', case when p.title_tier <= upto then p.title end,
    'country', case when p.country_tier <= upto then p.country end,
    'place', case when p.place_tier <= upto then p.place end,
    'place_id', case when p.place_tier <= upto then p.place_id end,
    'languages', case when p.languages_tier <= upto and p.languages <> '{}' then to_jsonb(p.languages) end,
    'open_to', case when p.open_to_tier <= upto and p.open_to <> '{}' then to_jsonb(p.open_to) end,
    'topics', nullif(topics - array_remove(array[
      case when p.expertise_tier <= near then null else 'expertise' end,
      case when p.interest_tier <= near then null else 'interest' end,
      case when p.seeking_tier <= near then null else 'seeking' end,
      case when p.offering_tier <= near then null else 'offering' end], null), '{}')));
end $$;
comment on function agora.profile_visible(agora.profile, agora.pseudonym, jsonb, agora.tier) is
  'The one decision what of a profile, the member''s pseudonym and topics ({kind: [{id, label}]}) a viewer of a tier sees: hidden values are absent, and the whole is null when the name is hidden. Of a confidential member, members see topics alone, and a pseudonym for the name, when the member is verified; the public sees nothing.';

create or replace function agora.profiles_visible(members uuid[], tiers agora.tier[])
  returns table (id uuid, near agora.tier, visible jsonb)
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
  with one as materialized (
    select p, k, (
      select jsonb_object_agg(s.kind, s.items)
        from (select t.kind, jsonb_agg(jsonb_build_object('id', t.concept_id, 'label', c.label) order by t.place) as items
                from agora.profile_topic t
                join agora.concept c on c.id = t.concept_id and c.label is not null
               where t.account_id = p.account_id
               group by t.kind) s) as topics
      from unnest(members) m (id)
      join agora.profile p on p.account_id = m.id
      left join agora.pseudonym k on k.account_id = p.account_id and k.ended_at is null)
  select (o.p).account_id, n.near, agora.profile_visible(o.p, o.k, o.topics, n.near)
    from one o
   cross join unnest(tiers) n (near);
end $$;
comment on function agora.profiles_visible is 'What of these members'' profiles viewers of each of these tiers see.';

create or replace function agora.profile_visible(member uuid, near agora.tier) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select v.visible from agora.profiles_visible(array[member], array[near]) v);
end $$;
comment on function agora.profile_visible(uuid, agora.tier) is 'What of a profile a viewer of a tier sees; null when they may not know of the member.';

create or replace function agora.card_topics(visible jsonb) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(once.topic order by once.rank, once.place), '[]')
      from (select distinct on (t.topic ->> 'id') t.topic, k.rank, t.place
              from (values (1, 'expertise'), (2, 'offering'), (3, 'seeking'), (4, 'interest')) k (rank, kind),
                   jsonb_array_elements(visible -> 'topics' -> k.kind) with ordinality t (topic, place)
             order by t.topic ->> 'id', k.rank) once);
end $$;
comment on function agora.card_topics is 'The topics of a visible profile, each once, expertise first: as cards show them.';

create or replace function agora.card_of(handle text, visible jsonb, verified jsonb) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'handle', handle,
    'shown_name', visible -> 'shown_name',
    'headline', visible -> 'headline',
    'organisation', visible -> 'organisation',
    'country', visible -> 'country',
    'place', visible -> 'place',
    'place_id', visible -> 'place_id',
    'verified', verified));
end $$;
comment on function agora.card_of is 'A card without its topics, from what is visible of the profile.';

create or replace function agora.member_card(viewer uuid, member uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select agora.card_of(coalesce(k.under, a.handle), v.visible, agora.verified_told(agora.verified(member), k.under))
           || jsonb_build_object('topics', jsonb_path_query_array(agora.card_topics(v.visible), '$[0 to 5]'))
      from agora.account a
     cross join lateral (select agora.viewer_tier(viewer, member) as near) t
     cross join lateral (select agora.profile_visible(member, t.near) as visible, agora.listed_as(member, t.near) as under) v
     cross join lateral (select v.under) k
     where a.id = member and v.visible is not null);
end $$;
comment on function agora.member_card is
  'A member''s card (openapi: Card) as the viewer may see it; null when the viewer may not know of the member.';

create or replace function agora.member_found(viewer uuid, wanted text, preview text, out member uuid, out near agora.tier, out under text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  named record := agora.member_named(wanted);
begin
  if named.holds then
    member := named.account;
    near := agora.viewer_tier(viewer, member);
    under := agora.listed_as(member, near);
  end if;
  -- A pseudonym also leads those to the member who know the name; the name leads nobody else to the pseudonym.
  if near is null or named.under is null and under is not null then
    perform agora.fail('AG001');
  end if;
  if preview is not null then
    if near <> 'self' then
      perform agora.fail('AG002', null, 'Only your own page can be seen as others see it.');
    end if;
    near := preview::agora.tier;
    under := agora.listed_as(member, near);
  end if;
end $$;
comment on function agora.member_found is
  'Whom a handle leads a viewer to, how near they are, and the pseudonym under which the viewer sees them; not found for whom they may not know of. preview (public, members, contacts) is for the own page only.';

create or replace function agora.member_page(viewer uuid, wanted text, preview text) returns table (page text, etag text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  at record := agora.member_found(viewer, wanted, preview);
  person uuid := agora.person_of(at.member);
  visible jsonb := agora.profile_visible(at.member, at.near);
begin
  if visible is null then
    -- Whose page it is learns why; for others it is as if there were nobody.
    perform agora.fail('AG001', null, case when preview = 'public' then 'People who are not signed in cannot see that you are a member.'
                                           when preview is not null then 'Other members cannot see that you are a member until you are verified.'
                                           else '' end);
  end if;
  visible := visible || jsonb_strip_nulls(jsonb_build_object(
    'handle', coalesce(at.under, (select a.handle from agora.account a where a.id = at.member)),
    'confidential', case when at.under is not null then true end,
    'topics', agora.topics_shown(coalesce(visible -> 'topics', '{}')),
    'verified', agora.verified_told(agora.verified(at.member), at.under),
    'proofs', case when at.under is null and agora.disclosed(person, 'proofs') <= at.near then agora.proofs_of(person) end,
    'relation', agora.relation(viewer, at.member),
    'distance_km', agora.place_distance(agora.place_of(viewer), visible ->> 'place_id'),
    'verification_id', (select w.id from agora.verification w
                         where w.person_id = person and w.state in ('active', 'suspended') and at.under is null
                           and agora.has_role(viewer, '{verifier,admin}'))));
  -- The tag is of what is seen: a change of a hidden field must not show in it.
  return query select visible::text, left(md5(visible::text), 16);
end $$;
comment on function agora.member_page is
  'The profile page (openapi: Profile) of the member with a handle as the viewer sees it, and its ETag; preview (public, members, contacts) is for the member''s own page only.';

grant execute on function agora.person_visible, agora.viewer_tier, agora.member_card, agora.member_page to agora_app;
