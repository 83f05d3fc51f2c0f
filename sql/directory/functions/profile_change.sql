-- The member's own profile: making it, reading it whole, and the merge patch (RFC 7396) that changes it.

create or replace function agora.profile_create(account uuid, name text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.profile (account_id, shown_name)
  values (account, left(btrim(name), 100))
  on conflict (account_id) do nothing;
  perform agora.search_touch(account);
end $$;
comment on function agora.profile_create is 'Begins the profile of a new account; does nothing when there is one.';

create or replace function agora.profile_missing(p agora.profile) returns text[]
  language plpgsql stable set search_path = '' as $$
declare
  used constant text[] := array(select distinct t.kind::text from agora.profile_topic t where t.account_id = p.account_id);
begin
  return array_remove(array[
    case when p.headline is null then 'headline' end,
    case when p.about is null then 'about' end,
    case when p.organisation is null then 'organisation' end,
    case when p.title is null then 'title' end,
    case when p.country is null then 'country' end,
    case when p.place is null then 'place' end,
    case when p.languages = '{}' then 'languages' end,
    case when not 'expertise' = any (used) then 'expertise' end,
    case when not 'interest' = any (used) then 'interest' end,
    case when not used && array['seeking', 'offering'] then 'seeking' end], null);
end $$;
comment on function agora.profile_missing is 'Which of the ten parts of a full profile are still empty, in the order of the form.';

create or replace function agora.profile_topic_set(account uuid, wanted agora.topic_kind, near agora.tier) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('tier', near, 'items', coalesce(
    (select jsonb_agg(agora.topic_json(t.concept_id) order by t.place)
       from agora.profile_topic t
      where t.account_id = account and t.kind = wanted), '[]'));
end $$;
comment on function agora.profile_topic_set is 'The member''s topics of a kind with who may see them (openapi: TopicSet).';

create or replace function agora.profile_mine(viewer uuid) returns table (mine text, etag text)
  -- In plpgsql, since its plan is kept: it ends every change.
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select jsonb_build_object(
           'handle', a.handle,
           'version', p.version,
           'fields', jsonb_build_object(
             'shown_name', jsonb_build_object('value', p.shown_name, 'tier', p.shown_name_tier),
             'headline', jsonb_build_object('value', p.headline, 'tier', p.headline_tier),
             'about', jsonb_build_object('value', p.about, 'tier', p.about_tier),
             'organisation', jsonb_build_object('value', p.organisation, 'tier', p.organisation_tier),
             'title', jsonb_build_object('value', p.title, 'tier', p.title_tier),
             'country', jsonb_build_object('value', p.country, 'tier', p.country_tier),
             'place', jsonb_build_object('value', p.place, 'tier', p.place_tier),
             'place_id', jsonb_build_object('value', p.place_id, 'tier', p.place_tier),
             'languages', jsonb_build_object('value', p.languages, 'tier', p.languages_tier),
             'open_to', jsonb_build_object('value', p.open_to, 'tier', p.open_to_tier)),
           'topics', jsonb_build_object(
             'expertise', agora.profile_topic_set(p.account_id, 'expertise', p.expertise_tier),
             'interest', agora.profile_topic_set(p.account_id, 'interest', p.interest_tier),
             'seeking', agora.profile_topic_set(p.account_id, 'seeking', p.seeking_tier),
             'offering', agora.profile_topic_set(p.account_id, 'offering', p.offering_tier)),
           'directory', agora.directory_mine(p.account_id),
           'completeness', 100 - 10 * cardinality(m.missing),
           'missing', m.missing)::text,
         p.version::text
    from agora.profile p
    join agora.account a on a.id = p.account_id
   cross join lateral (select agora.profile_missing(p) as missing offset 0) m
   where p.account_id = viewer;
end $$;
comment on function agora.profile_mine is 'The own profile with the tier of each field (openapi: MyProfile), and its version.';

-- The pieces of the merge patch: each gives the value that holds afterwards, or refuses by pointer.

create or replace function agora.patch_known(part jsonb, at text, known text[]) returns void
  language plpgsql immutable set search_path = '' as $$
declare
  name text;
begin
  if part is null then
    return;
  end if;
  if jsonb_typeof(part) <> 'object' then
    perform agora.fail('AG004', at, 'This must be an object.');
  end if;
  for name in select jsonb_object_keys(part) loop
    if not name = any (known) then
      perform agora.fail('AG004', at || '/' || left(replace(replace(name, '~', '~0'), '/', '~1'), 60), 'There is no such field.');
    end if;
  end loop;
end $$;
comment on function agora.patch_known is 'Refuses a part of a patch that is not an object or has members that are not known.';

create or replace function agora.patch_text(patch jsonb, field text, had text, most integer, lines boolean default false) returns text
  language plpgsql immutable set search_path = '' as $$
declare
  part jsonb := patch -> 'fields' -> field;
  at text := '/fields/' || field || '/value';
  given text;
begin
  perform agora.patch_known(part, '/fields/' || field, '{value,tier}');
  if part is null or not part ? 'value' then
    return had;
  end if;
  if jsonb_typeof(part -> 'value') not in ('string', 'null') then
    perform agora.fail('AG004', at, 'This must be text.');
  end if;
  given := btrim(replace(part ->> 'value', E'\r\n', E'\n'), E' \t\n');
  if not agora.is_clean(given, lines) then
    perform agora.fail('AG004', at, 'Control characters and line ends cannot be used here.');
  end if;
  if length(given) > most then
    perform agora.fail('AG004', at, format('Write at most %s characters.', most));
  end if;
  return nullif(given, '');
end $$;
comment on function agora.patch_text is 'A text field after the patch: as given and trimmed, cleared by null or nothing, or as it was.';

create or replace function agora.patch_tier(patch jsonb, part text, field text, had agora.tier) returns agora.tier
  language plpgsql immutable set search_path = '' as $$
declare
  given jsonb := patch -> part -> field -> 'tier';
begin
  if given is null then
    return had;
  end if;
  if jsonb_typeof(given) <> 'string' or not given <@ '["public", "members", "contacts", "self"]' then
    perform agora.fail('AG004', format('/%s/%s/tier', part, field), 'Choose public, members, contacts or self.');
  end if;
  return (given #>> '{}')::agora.tier;
end $$;
comment on function agora.patch_tier is 'Who may see a field or topic set after the patch.';

create or replace function agora.patch_languages(patch jsonb, had text[]) returns text[]
  language plpgsql immutable set search_path = '' as $$
declare
  part jsonb := patch -> 'fields' -> 'languages';
  at text := '/fields/languages/value';
  given text[] := '{}';
  item jsonb;
begin
  perform agora.patch_known(part, '/fields/languages', '{value,tier}');
  if part is null or not part ? 'value' then
    return had;
  end if;
  if part -> 'value' = 'null' then
    return '{}';
  end if;
  if jsonb_typeof(part -> 'value') <> 'array' or jsonb_array_length(part -> 'value') > 20 then
    perform agora.fail('AG004', at, 'Give a list of at most 20 languages.');
  end if;
  for item in select jsonb_array_elements(part -> 'value') loop
    if jsonb_typeof(item) <> 'string' or item #>> '{}' !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' or length(item #>> '{}') > 35 then
      perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'This is not the code of a language, such as en or pt-BR.');
    end if;
    if item #>> '{}' = any (given) then
      perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'This language is in the list already.');
    end if;
    given := given || (item #>> '{}');
  end loop;
  return given;
end $$;
comment on function agora.patch_languages is 'The languages after the patch.';

create or replace function agora.patch_open_to(patch jsonb, had agora.ask_kind[]) returns agora.ask_kind[]
  language plpgsql immutable set search_path = '' as $$
declare
  part jsonb := patch -> 'fields' -> 'open_to';
  at text := '/fields/open_to/value';
  given agora.ask_kind[] := '{}';
  item jsonb;
begin
  perform agora.patch_known(part, '/fields/open_to', '{value,tier}');
  if part is null or not part ? 'value' then
    return had;
  end if;
  if part -> 'value' = 'null' then
    return '{}';
  end if;
  if jsonb_typeof(part -> 'value') <> 'array' or jsonb_array_length(part -> 'value') > 10 then
    perform agora.fail('AG004', at, 'Give a list of at most 10 kinds of request.');
  end if;
  for item in select jsonb_array_elements(part -> 'value') loop
    if jsonb_typeof(item) <> 'string' or not item #>> '{}' = any (enum_range(null::agora.ask_kind)::text[]) then
      perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'There is no such kind of request.');
    end if;
    if (item #>> '{}')::agora.ask_kind = any (given) then
      perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'This kind is in the list already.');
    end if;
    given := given || (item #>> '{}')::agora.ask_kind;
  end loop;
  return given;
end $$;
comment on function agora.patch_open_to is 'What the member is open to be asked for after the patch.';

create or replace function agora.patch_place(patch jsonb, had text) returns text
  language plpgsql stable set search_path = '' as $$
declare
  part jsonb := patch -> 'fields' -> 'place_id';
begin
  perform agora.patch_known(part, '/fields/place_id', '{value}'); -- who may see it is said of place
  if part is null or not part ? 'value' then
    -- Another text is about another place, until somebody says which.
    return case when patch #> '{fields,place}' ? 'value' then null else had end;
  end if;
  if part -> 'value' <> 'null' and not exists (select from agora.place l where l.id = part ->> 'value') then
    perform agora.fail('AG004', '/fields/place_id/value', 'Choose a place from the list.');
  end if;
  return part ->> 'value';
end $$;
comment on function agora.patch_place is 'The place on the list after the patch; a new text without one has none.';

create or replace function agora.patch_topics(account uuid, patch jsonb, wanted agora.topic_kind) returns void
  language plpgsql set search_path = '' as $$
declare
  part jsonb := patch -> 'topics' -> wanted::text;
  at text := format('/topics/%s/items', wanted);
  given text[] := '{}';
  item jsonb;
  found_id text;
begin
  perform agora.patch_known(part, '/topics/' || wanted, '{items,tier}');
  if part is null or not part ? 'items' then
    return;
  end if;
  if part -> 'items' <> 'null' then
    if jsonb_typeof(part -> 'items') <> 'array' or jsonb_array_length(part -> 'items') > 30 then
      perform agora.fail('AG004', at, 'Give a list of at most 30 topics.');
    end if;
    for item in select jsonb_array_elements(part -> 'items') loop
      -- One that was merged stands for what took its place.
      found_id := (select coalesce(c.merged_into, c.id) from agora.concept c where jsonb_typeof(item) = 'string' and c.id = item #>> '{}');
      if found_id is null then
        perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'There is no such topic.');
      end if;
      if found_id = any (given) then
        perform agora.fail('AG004', format('%s/%s', at, cardinality(given)), 'This topic is in the list already.');
      end if;
      given := given || found_id;
    end loop;
  end if;
  delete from agora.profile_topic t where t.account_id = account and t.kind = wanted;
  insert into agora.profile_topic (account_id, kind, place, concept_id)
  select account, wanted, g.place, g.id from unnest(given) with ordinality g (id, place);
end $$;
comment on function agora.patch_topics is 'Replaces the member''s topics of a kind when the patch names them.';

create or replace function agora.profile_patch(viewer uuid, given text, expected text) returns table (mine text, etag text)
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  patch jsonb := given::jsonb;
  p agora.profile;
  said text[];
  kind agora.topic_kind;
begin
  select * into p from agora.profile where account_id = viewer for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if expected not in ('*', p.version::text) then
    perform agora.fail('AG005', null, 'Your profile was changed meanwhile, in another window perhaps. Read it again.');
  end if;
  said := agora.search_said(viewer);
  perform agora.patch_known(patch, '', '{fields,topics,directory}');
  perform agora.patch_known(patch -> 'fields', '/fields',
                            '{shown_name,headline,about,organisation,title,country,place,place_id,languages,open_to}');
  perform agora.patch_known(patch -> 'topics', '/topics', '{expertise,interest,seeking,offering}');

  p.shown_name := agora.patch_text(patch, 'shown_name', p.shown_name, 100);
  p.headline := agora.patch_text(patch, 'headline', p.headline, 160);
  p.about := agora.patch_text(patch, 'about', p.about, 4000, lines => true);
  p.organisation := agora.patch_text(patch, 'organisation', p.organisation, 160);
  p.title := agora.patch_text(patch, 'title', p.title, 120);
  p.country := agora.patch_text(patch, 'country', p.country, 2);
  p.place := agora.patch_text(patch, 'place', p.place, 120);
  p.place_id := agora.patch_place(patch, p.place_id);
  p.place := coalesce(p.place, (select l.name from agora.place l where l.id = p.place_id));
  p.languages := agora.patch_languages(patch, p.languages);
  p.open_to := agora.patch_open_to(patch, p.open_to);
  p.shown_name_tier := agora.patch_tier(patch, 'fields', 'shown_name', p.shown_name_tier);
  p.headline_tier := agora.patch_tier(patch, 'fields', 'headline', p.headline_tier);
  p.about_tier := agora.patch_tier(patch, 'fields', 'about', p.about_tier);
  p.organisation_tier := agora.patch_tier(patch, 'fields', 'organisation', p.organisation_tier);
  p.title_tier := agora.patch_tier(patch, 'fields', 'title', p.title_tier);
  p.country_tier := agora.patch_tier(patch, 'fields', 'country', p.country_tier);
  p.place_tier := agora.patch_tier(patch, 'fields', 'place', p.place_tier);
  p.languages_tier := agora.patch_tier(patch, 'fields', 'languages', p.languages_tier);
  p.open_to_tier := agora.patch_tier(patch, 'fields', 'open_to', p.open_to_tier);
  p.expertise_tier := agora.patch_tier(patch, 'topics', 'expertise', p.expertise_tier);
  p.interest_tier := agora.patch_tier(patch, 'topics', 'interest', p.interest_tier);
  p.seeking_tier := agora.patch_tier(patch, 'topics', 'seeking', p.seeking_tier);
  p.offering_tier := agora.patch_tier(patch, 'topics', 'offering', p.offering_tier);

  if p.shown_name is null then
    perform agora.fail('AG004', '/fields/shown_name/value', 'Write the name that others see.');
  end if;
  if p.shown_name_tier not in ('public', 'members') then
    perform agora.fail('AG004', '/fields/shown_name/tier', 'Your name can be open to everyone or to members.');
  end if;
  if not exists (select from agora.country c where c.code = p.country) and p.country is not null then
    perform agora.fail('AG004', '/fields/country/value', 'Choose a country from the list.');
  end if;
  foreach kind in array enum_range(null::agora.topic_kind) loop
    perform agora.patch_topics(viewer, patch, kind);
  end loop;
  if p.shown_name <> (select had.shown_name from agora.profile had where had.account_id = viewer) then
    perform agora.name_shown_changed(viewer, p.shown_name, viewer);
  end if;
  update agora.profile set
    shown_name = p.shown_name, headline = p.headline, about = p.about, organisation = p.organisation,
    title = p.title, country = p.country, place = p.place, place_id = p.place_id, languages = p.languages, open_to = p.open_to,
    shown_name_tier = p.shown_name_tier, headline_tier = p.headline_tier, about_tier = p.about_tier,
    organisation_tier = p.organisation_tier, title_tier = p.title_tier, country_tier = p.country_tier,
    place_tier = p.place_tier, languages_tier = p.languages_tier, open_to_tier = p.open_to_tier, expertise_tier = p.expertise_tier,
    interest_tier = p.interest_tier, seeking_tier = p.seeking_tier, offering_tier = p.offering_tier,
    version = p.version + 1
  where account_id = viewer;
  perform agora.patch_directory(viewer, patch);
  perform agora.search_freshen(viewer, said);
  perform agora.search_touch(viewer);
  return query select m.mine, m.etag from agora.profile_mine(viewer) m;
end $$;
comment on function agora.profile_patch is
  'Changes the own profile by a merge patch when its version is still the expected one (* for any); what the patch does not name stays. Search shows the change at once.';

grant execute on function agora.profile_create, agora.profile_mine, agora.profile_patch to agora_app;
