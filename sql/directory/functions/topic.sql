-- Topics: folding of words, reading, completion, import and the closure of "broader".

create or replace function agora.fold(t text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return btrim(regexp_replace(lower(public.unaccent(normalize(t, nfkc)) collate "und-x-icu"), '[^[:alnum:]]+', ' ', 'g'));
end $$;
comment on function agora.fold is
  'Text as search compares it: lower case, without accents, words of letters and digits with one space between.';

create or replace function agora.topic_json(concept text) returns jsonb
  -- In plpgsql, since its plans are kept: completion makes ten of them at a keystroke.
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', concept,
    'label', (select l.label from agora.concept_label l where l.concept_id = concept and l.lang = 'en' and l.kind = 'pref'),
    'path', (select string_agg(l.label, ' › ' order by a.distance desc)
               from agora.concept_ancestor a
               join agora.concept_label l on l.concept_id = a.ancestor_id and l.lang = 'en' and l.kind = 'pref'
              where a.concept_id = concept and a.distance > 0)));
end $$;
comment on function agora.topic_json is 'A topic with its broader ones, widest first (openapi: Topic).';

create or replace function agora.topic_detail(wanted text) returns text
  language sql stable security definer set search_path = '' as $$
  select (jsonb_build_object(
    'id', c.id,
    'label', agora.topic_json(c.id) -> 'label',
    'broader', coalesce((select jsonb_agg(agora.topic_json(a.ancestor_id) order by a.distance desc)
                           from agora.concept_ancestor a
                          where a.concept_id = c.id and a.distance > 0), '[]'),
    'narrower', coalesce((select jsonb_agg(agora.topic_json(r.concept_id) order by l.label)
                            from agora.concept_relation r
                            join agora.concept_label l on l.concept_id = r.concept_id and l.lang = 'en' and l.kind = 'pref'
                           where r.other_id = c.id and r.link = 'broader'), '[]')))::text
    from agora.concept c
   where c.id = wanted
$$;
comment on function agora.topic_detail is 'A topic with its broader and narrower ones (openapi: TopicDetail); null when there is none.';

create or replace function agora.topic_beginning(near agora.tier, hidden uuid[], word text, prefixes tsquery, most integer) returns text[]
  language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return array(
    select d.concept_id
      from (select distinct on (l.concept_id) l.concept_id, l.label
              from agora.concept_label l
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
  'Topics one of whose labels has a word for each word typed that begins with it: those that begin with the first word, then those most used among members the viewer may see.';

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

create or replace function agora.topic_find(names text[]) returns table (place bigint, n bigint, id text, label text)
  language sql stable security definer set search_path = '' as $$
  with name as (
    select w.place, w.name, agora.fold(w.name) as folded,
           (select string_agg(quote_literal(p.word) || ':*', ' & ')::tsquery
              from unnest(string_to_array(agora.fold(w.name), ' ')) p (word)) as prefixes
      from unnest(names) with ordinality w (name, place)),
  candidate as (
    select m.place, c.id, 1 as how from name m join agora.concept c on c.id in (m.name, upper(m.name))
    union all
    select m.place, l.concept_id, case when l.folded = m.folded then 2 else 3 end
      from name m join agora.concept_label l on l.words @@ m.prefixes),
  best as (
    select c.place, c.id, c.how, min(c.how) over (partition by c.place) as nearest from candidate c)
  select f.place, f.n, f.id, f.label
    from (select distinct on (b.place, b.id) b.place, b.id, l.label,
                 dense_rank() over (partition by b.place order by length(l.label), b.id) as n
            from best b
            join agora.concept_label l on l.concept_id = b.id and l.lang = 'en' and l.kind = 'pref'
           where b.how = b.nearest) f
   where f.n <= 50
$$;
comment on function agora.topic_find is
  'The topics that names stand for: the one with that id, else those with exactly that label, else up to 50 with words that begin so; nothing when there is none.';

grant execute on function agora.topic_find, agora.topic_detail, agora.topic_complete to agora_app;
