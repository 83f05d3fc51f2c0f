-- Topics: folding of words, reading in the viewer's language, completion, and the closure of "broader".

create or replace function agora.fold(t text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  if octet_length(t) = length(t) then
    -- The same for plain letters, several times faster: most texts have no other ones.
    return btrim(regexp_replace(lower(t collate "C"), '[^a-z0-9]+', ' ', 'g'));
  end if;
  return btrim(regexp_replace(lower(public.unaccent(normalize(t, nfkc)) collate "und-x-icu"), '[^[:alnum:]]+', ' ', 'g'));
end $$;
comment on function agora.fold is
  'Text as search compares it: lower case, without accents, words of letters and digits with one space between.';

create or replace function agora.topic_label(concept text) returns text
  language plpgsql stable set search_path = '' as $$
declare
  -- As agora.languages, without a call: this runs for every topic that is shown.
  langs text[] := string_to_array(coalesce(current_setting('agora.languages', true), ''), ',');
  label text;
begin
  if langs <> '{}' then
    select l.label into label
      from agora.concept_label l
     where l.concept_id = concept and l.kind = 'pref' and l.lang = any (langs)
     order by array_position(langs, l.lang)
     limit 1;
    if found then
      return label;
    end if;
  end if;
  return (select c.label from agora.concept c where c.id = concept);
end $$;
comment on function agora.topic_label is
  'What a topic is called in the first of the viewer''s languages that has a name for it, else in English, else in any.';

create or replace function agora.topic_json(concept text) returns jsonb
  -- In plpgsql, since its plans are kept: completion makes ten of them at a keystroke.
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
             'id', n.id,
             'label', agora.topic_label(n.id),
             'path', (select string_agg(agora.topic_label(t.id), ' › ' order by t.place)
                        from unnest(n.trail) with ordinality t (id, place))))
      from agora.concept c
      join agora.concept n on n.id = coalesce(c.merged_into, c.id)
     where c.id = concept);
end $$;
comment on function agora.topic_json is
  'A topic with its broader ones, widest first (openapi: Topic); the one that took its place when it was merged.';

create or replace function agora.topic_shown(topic jsonb) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return topic || coalesce(jsonb_build_object('label', agora.topic_label(topic ->> 'id')), '{}');
end $$;
comment on function agora.topic_shown is 'A topic that was stored with its usual label, with the one in the viewer''s language.';

create or replace function agora.topics_shown(topics jsonb) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  if agora.languages() = '{}' then
    return topics;
  end if;
  return coalesce((select jsonb_object_agg(k.kind, (select jsonb_agg(agora.topic_shown(i.item) order by i.place)
                                             from jsonb_array_elements(k.items) with ordinality i (item, place)))
                     from jsonb_each(topics) k (kind, items)), '{}');
end $$;
comment on function agora.topics_shown is 'The topics of a profile by kind, their labels in the viewer''s language.';

create or replace function agora.topic_linked(concept text, wanted agora.concept_link) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  -- Links other than "broader" hold both ways, however they were written.
  return (
    select coalesce(jsonb_agg(agora.topic_json(o.id) order by agora.topic_label(o.id)), '[]')
      from (select r.other_id as id from agora.concept_relation r where r.concept_id = concept and r.link = wanted
            union
            select r.concept_id from agora.concept_relation r where r.other_id = concept and r.link = wanted) o);
end $$;
comment on function agora.topic_linked is 'The topics linked to one by related, exact_match or close_match, in either direction.';

create or replace function agora.topic_detail(wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select (jsonb_build_object(
      'id', c.id,
      'label', agora.topic_label(c.id),
      'also', coalesce((select jsonb_agg(l.label order by l.label)
                          from agora.concept_label l
                         where l.concept_id = c.id and l.kind = 'alt'
                           and l.lang = any (case when agora.languages() = '{}' then '{en}' else agora.languages() end)), '[]'),
      'broader', coalesce((select jsonb_agg(agora.topic_json(t.id) order by t.place)
                             from unnest(c.trail) with ordinality t (id, place)), '[]'),
      'narrower', coalesce((select jsonb_agg(agora.topic_json(r.concept_id) order by agora.topic_label(r.concept_id))
                              from agora.concept_relation r
                             where r.other_id = c.id and r.link = 'broader'), '[]'),
      'related', agora.topic_linked(c.id, 'related'),
      'same', agora.topic_linked(c.id, 'exact_match'),
      'close', agora.topic_linked(c.id, 'close_match')))::text
      from agora.concept w
      join agora.concept c on c.id = coalesce(w.merged_into, w.id)
     where w.id = wanted and c.label is not null);
end $$;
comment on function agora.topic_detail is
  'A topic with its other names and neighbours (openapi: TopicDetail), of the one that took its place when it was merged; null when there is none.';

create or replace function agora.topic_beginning(near agora.tier, hidden uuid[], word text, prefixes tsquery, most integer) returns text[]
  language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return array(
    select d.concept_id
      from (select distinct on (l.concept_id) l.concept_id, l.label
              from agora.concept_label l
              join agora.concept c on c.id = l.concept_id and c.retired_at is null
             where l.folded collate "C" >= word and l.folded collate "C" < word || chr(1114111) and l.words @@ prefixes
             order by l.concept_id, l.kind) d
      left join agora.topic_use u on u.concept_id = d.concept_id and u.tier = near
      left join agora.topic_hidden(near, hidden) h on h.concept_id = d.concept_id
     order by coalesce(u.members, 0) - coalesce(h.members, 0) desc, length(d.label), d.label
     limit most);
end $$;
comment on function agora.topic_beginning is 'Topics with a label that begins with a word and has all words; those most used at a tier first.';

create or replace function agora.topic_holding(near agora.tier, hidden uuid[], prefixes tsquery, but text[], most integer) returns text[]
  language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  common constant integer := 200; -- of so many labels, ten are soon met among the topics most used
  found text[];
begin
  if (select count(*) from (select from agora.concept_label l where l.words @@ prefixes limit common) c) = common then
    -- Those taken off at most change the places of the topics that they have, so many more are looked at.
    with h as materialized (select t.* from agora.topic_hidden(near, hidden) t),
    used as materialized (
      select u.concept_id, u.members, l.label
        from agora.topic_use u
       cross join lateral (select n.label from agora.concept_label n
                            where n.concept_id = u.concept_id and n.words @@ prefixes order by n.kind limit 1) l
        join agora.concept c on c.id = u.concept_id and c.retired_at is null
       where u.tier = near and u.concept_id <> all (but)
       order by u.members desc, length(l.label), l.label
       limit most + (select count(*) from h))
    select array_agg(b.concept_id order by b.n) into found
      from (select u.concept_id, row_number() over (order by u.members - coalesce(h.members, 0) desc, length(u.label), u.label) as n
              from used u
              left join h on h.concept_id = u.concept_id) b
     where b.n <= most;
    if cardinality(found) = most then
      return found;
    end if;
  end if;
  return array(
    select d.concept_id
      from (select distinct on (l.concept_id) l.concept_id, l.label
              from agora.concept_label l
              join agora.concept c on c.id = l.concept_id and c.retired_at is null
             where l.words @@ prefixes and l.concept_id <> all (but)
             order by l.concept_id, l.kind) d
      left join agora.topic_use u on u.concept_id = d.concept_id and u.tier = near
      left join agora.topic_hidden(near, hidden) h on h.concept_id = d.concept_id
     order by coalesce(u.members, 0) - coalesce(h.members, 0) desc, length(d.label), d.label
     limit most);
end $$;
comment on function agora.topic_holding is 'Topics with a label that has all words, without those that are known already; those most used at a tier first.';

create or replace function agora.topic_complete(viewer uuid, typed text, most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  near agora.tier := agora.search_tier(viewer);
  hidden uuid[] := agora.search_hidden(viewer);
  typed_words text[] := string_to_array(agora.fold(typed), ' ');
  prefixes tsquery;
  found text[];
begin
  if typed_words = '{}' then
    return agora.topic_popular(near, hidden, most);
  end if;
  select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into prefixes from unnest(typed_words) w;
  found := agora.topic_beginning(near, hidden, typed_words[1], prefixes, most);
  if cardinality(found) < most then
    found := found || agora.topic_holding(near, hidden, prefixes, found, most - cardinality(found));
  end if;
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.topic_json(f.id) order by f.n), '[]'))::text
      from unnest(found) with ordinality f (id, n));
end $$;
comment on function agora.topic_complete is
  'Topics one of whose labels, of any kind and language, has a word for each word typed that begins with it: those that begin with the first word, then those most used among members the viewer may see. None that is retired.';

create or replace function agora.topic_hidden(near agora.tier, hidden uuid[]) returns table (concept_id text, members bigint)
  language plpgsql stable security definer set search_path = '' as $$
begin
  if hidden <> '{}' then
    return query
    select c.id, count(*) from agora.search r, unnest(r.facets) c (id)
     where r.tier = near and r.account_id = any (hidden) and strpos(c.id, ':') = 0
     group by c.id;
  end if;
end $$;
comment on function agora.topic_hidden is
  'How many of the members whom a viewer may not see are in the count of a topic: to be taken off, since it would tell of what they change.';

create or replace function agora.topic_popular(near agora.tier, hidden uuid[], most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  found jsonb;
begin
  if hidden = '{}' then -- by the index
    found := (select jsonb_agg(jsonb_build_array(u.concept_id, u.members) order by u.members desc, u.concept_id)
                from (select t.concept_id, t.members from agora.topic_use t
                       where t.tier = near and t.members >= 3 order by t.members desc, t.concept_id limit most) u);
  else
    found := (select jsonb_agg(jsonb_build_array(u.concept_id, u.members) order by u.members desc, u.concept_id)
                from (select t.concept_id, t.members - coalesce(h.members, 0) as members
                        from agora.topic_use t left join agora.topic_hidden(near, hidden) h on h.concept_id = t.concept_id
                       where t.tier = near and t.members - coalesce(h.members, 0) >= 3 order by 2 desc, 1 limit most) u);
  end if;
  return jsonb_build_object('items', coalesce(
    (select jsonb_agg(agora.topic_json(f.one ->> 0) || jsonb_build_object('members', f.one -> 1) order by f.place)
       from jsonb_array_elements(found) with ordinality f (one, place)), '[]'))::text;
end $$;
comment on function agora.topic_popular is 'Topics that most members show at a tier, without those hidden from the viewer; never one that fewer than three do.';

create or replace function agora.topic_find(names text[]) returns table (place bigint, n bigint, id text, label text, by_id boolean)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with name as (
    select w.place, w.name, agora.fold(w.name) as folded,
           (select string_agg(quote_literal(p.word) || ':*', ' & ')::tsquery
              from unnest(string_to_array(agora.fold(w.name), ' ')) p (word)) as prefixes
      from unnest(names) with ordinality w (name, place)),
  candidate as (
    select m.place, coalesce(c.merged_into, c.id) as id, 1 as how from name m join agora.concept c on c.id in (m.name, upper(m.name), lower(m.name))
    union all
    select m.place, l.concept_id, case when l.folded = m.folded then 2 else 3 end
      from name m join agora.concept_label l on l.words @@ m.prefixes),
  best as (
    select c.place, c.id, c.how, min(c.how) over (partition by c.place) as nearest from candidate c)
  select f.place, f.n, f.id, agora.topic_label(f.id), f.how = 1
    from (select distinct on (b.place, b.id) b.place, b.id, b.how,
                 dense_rank() over (partition by b.place order by length(l.label), b.id) as n
            from best b
            join agora.concept l on l.id = b.id and l.label is not null
           where b.how = b.nearest) f
   where f.n <= 50;
end $$;
comment on function agora.topic_find is
  'The topics that names stand for: the one with that id (by_id), or what that one was merged into, else those with exactly that label in any language, else up to 50 with words that begin so; nothing when there is none.';

create or replace function agora.topic_close() returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  moved bigint;
begin
  with recursive step (concept_id, other_id, up) as (
    select r.concept_id, r.other_id, 1 from agora.concept_relation r where r.link = 'broader'
    union all
    select r.concept_id, r.other_id, 0 from agora.concept_relation r where r.link = 'exact_match'
    union all
    select r.other_id, r.concept_id, 0 from agora.concept_relation r where r.link = 'exact_match'),
  reach (concept_id, ancestor_id, distance) as (
    select c.id, c.id, 0 from agora.concept c where c.merged_into is null
    union
    select u.concept_id, s.other_id, u.distance + s.up
      from reach u
      join step s on s.concept_id = u.ancestor_id
     where u.distance < 20),
  closed as materialized (
    select u.concept_id, u.ancestor_id, min(u.distance) as distance from reach u group by 1, 2),
  gone as (
    delete from agora.concept_ancestor a
     where not exists (select from closed c where c.concept_id = a.concept_id and c.ancestor_id = a.ancestor_id)
    returning a.concept_id),
  made as (
    insert into agora.concept_ancestor as had (concept_id, ancestor_id, distance)
    select c.concept_id, c.ancestor_id, c.distance from closed c
    on conflict (concept_id, ancestor_id) do update set distance = excluded.distance where had.distance <> excluded.distance
    returning concept_id),
  -- Who shows a topic whose place in the tree changed is found by other topics than before.
  later as (
    insert into agora.search_dirty (account_id)
    select distinct t.account_id
      from agora.profile_topic t
     where t.concept_id in (select g.concept_id from gone g union all select m.concept_id from made m)
    on conflict (account_id) do nothing
    returning account_id)
  select count(*) into moved from later;
  perform agora.topic_trails();
  analyze agora.concept, agora.concept_label, agora.concept_relation, agora.concept_ancestor;
  perform pg_notify('agora_search', '');
  return moved;
end $$;
comment on function agora.topic_close is
  'Makes the closure of "broader" anew, in which concepts that match exactly stand for each other; tells how many members'' search rows wait to be made anew for it.';

create or replace function agora.topic_trails() returns void
  language plpgsql set search_path = '' as $$
begin
  with recursive up (concept_id, other_id) as materialized (
    select distinct on (r.concept_id) r.concept_id, r.other_id
      from agora.concept_relation r
     where r.link = 'broader'
     order by r.concept_id, (select count(*) from agora.concept_ancestor a where a.concept_id = r.other_id) desc, r.other_id),
  walk (id, at, trail) as (
    select c.id, c.id, '{}'::text[] from agora.concept c where c.merged_into is null
    union all
    select w.id, u.other_id, u.other_id || w.trail
      from walk w
      join up u on u.concept_id = w.at
     where cardinality(w.trail) < 20),
  longest as (
    select distinct on (w.id) w.id, w.trail from walk w order by w.id, cardinality(w.trail) desc)
  update agora.concept c set trail = l.trail from longest l where l.id = c.id and c.trail <> l.trail;
end $$;
comment on function agora.topic_trails is 'Makes the trail of each concept anew, from the closure: at each step up the narrowest of the broader ones.';

grant execute on function agora.topic_find, agora.topic_detail, agora.topic_complete, agora.topic_close to agora_app;
