-- Who sees what. agora.viewer_tier says how near a viewer is to a member, agora.profile_visible what of
-- the profile is visible that near. Everything that shows a member to another reads through these two:
-- the page, its preview, search rows, cards. Nothing else may read agora.profile for others.

create or replace function agora.viewer_tier(viewer uuid, member uuid) returns agora.tier
  language plpgsql stable security definer set search_path = '' as $$
declare
  name_tier agora.tier;
begin
  select p.shown_name_tier into name_tier
    from agora.profile p
    join agora.account a on a.id = p.account_id
   where p.account_id = member and a.state = 'active';
  if not found then
    return null;
  end if;
  if viewer = member then
    return 'self';
  end if;
  if viewer is null or not agora.is_active(viewer) then
    return case when name_tier = 'public' then 'public'::agora.tier end;
  end if;
  if agora.is_blocked(viewer, member) then
    return null;
  end if;
  return case when agora.is_contact(viewer, member) then 'contacts' else 'members' end;
end $$;
comment on function agora.viewer_tier is
  'How near a viewer (null: not signed in) is to a member: sees values of tiers up to this. Null when the viewer may not know of the member: not active, blocked either way, or the name is not public.';

create or replace function agora.profile_visible(member uuid, near agora.tier) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'shown_name', p.shown_name,
    'headline', case when p.headline_tier <= near then p.headline end,
    'about', case when p.about_tier <= near then p.about end,
    'organisation', case when p.organisation_tier <= near then p.organisation end,
    'title', case when p.title_tier <= near then p.title end,
    'country', case when p.country_tier <= near then p.country end,
    'place', case when p.place_tier <= near then p.place end,
    'languages', case when p.languages_tier <= near and p.languages <> '{}' then to_jsonb(p.languages) end,
    'topics', (
      select jsonb_object_agg(s.kind, s.items)
        from (select t.kind, jsonb_agg(jsonb_build_object('id', t.concept_id, 'label', c.label) order by t.place) as items
                from agora.profile_topic t
                join agora.concept c on c.id = t.concept_id and c.label is not null
               where t.account_id = p.account_id
                 and case t.kind when 'expertise' then p.expertise_tier
                                 when 'interest' then p.interest_tier
                                 when 'seeking' then p.seeking_tier
                                 when 'offering' then p.offering_tier end <= near
               group by t.kind) s)))
    from agora.profile p
   where p.account_id = member and p.shown_name_tier <= near
$$;
comment on function agora.profile_visible is
  'The one decision what of a profile a viewer of a tier sees: hidden values are absent, and the whole is null when the name is hidden.';

create or replace function agora.card_topics(visible jsonb) returns jsonb
  language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(once.topic order by once.rank, once.place), '[]')
    from (select distinct on (t.topic ->> 'id') t.topic, k.rank, t.place
            from (values (1, 'expertise'), (2, 'offering'), (3, 'seeking'), (4, 'interest')) k (rank, kind),
                 jsonb_array_elements(visible -> 'topics' -> k.kind) with ordinality t (topic, place)
           order by t.topic ->> 'id', k.rank) once
$$;
comment on function agora.card_topics is 'The topics of a visible profile, each once, expertise first: as cards show them.';

create or replace function agora.card_of(handle text, visible jsonb, verified jsonb) returns jsonb
  language sql immutable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'handle', handle,
    'shown_name', visible -> 'shown_name',
    'headline', visible -> 'headline',
    'organisation', visible -> 'organisation',
    'country', visible -> 'country',
    'place', visible -> 'place',
    'verified', verified))
$$;
comment on function agora.card_of is 'A card without its topics, from what is visible of the profile.';

create or replace function agora.card_head(member uuid, visible jsonb) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select agora.card_of(a.handle, visible, agora.verified(a.id)) from agora.account a where a.id = member
$$;
comment on function agora.card_head is 'The card of a member without its topics.';

create or replace function agora.member_card(viewer uuid, member uuid) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select agora.card_head(member, v.visible)
         || jsonb_build_object('topics', jsonb_path_query_array(agora.card_topics(v.visible), '$[0 to 5]'))
    from (select agora.profile_visible(member, agora.viewer_tier(viewer, member)) as visible) v
   where v.visible is not null
$$;
comment on function agora.member_card is
  'A member''s card (openapi: Card) as the viewer may see it; null when the viewer may not know of the member.';

create or replace function agora.member_page(viewer uuid, wanted text, preview text) returns table (page text, etag text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  member uuid := (select a.id from agora.account a where a.handle = wanted);
  near agora.tier := agora.viewer_tier(viewer, member);
  visible jsonb;
begin
  if near is null then
    perform agora.fail('AG001');
  end if;
  if preview is not null then
    if near <> 'self' then
      perform agora.fail('AG002', null, 'Only your own profile can be seen as others see it.');
    end if;
    near := preview::agora.tier;
  end if;
  visible := agora.profile_visible(member, near);
  if visible is null then
    perform agora.fail('AG001', null, 'People who are not signed in cannot see that you are a member.');
  end if;
  visible := jsonb_build_object('handle', wanted) || visible || jsonb_strip_nulls(jsonb_build_object(
    'topics', agora.topics_shown(coalesce(visible -> 'topics', '{}')),
    'verified', agora.verified(member),
    'proofs', case when agora.disclosed(agora.person_of(member), 'proofs') <= near then agora.proofs_of(agora.person_of(member)) end,
    'relation', agora.relation(viewer, member),
    'verification_id', (select w.id from agora.verification w
                         where w.person_id = agora.person_of(member) and w.state in ('active', 'suspended')
                           and agora.has_role(viewer, '{verifier,admin}'))));
  -- The tag is of what is seen: a change of a hidden field must not show in it.
  return query select visible::text, left(md5(visible::text), 16);
end $$;
comment on function agora.member_page is
  'The profile page (openapi: Profile) of the member with a handle as the viewer sees it, and its ETag; preview (public, members, contacts) is for the member''s own page only.';

grant execute on function agora.viewer_tier, agora.member_card, agora.member_page to agora_app;
