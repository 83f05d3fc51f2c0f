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

create or replace function agora.topic_beginning(near agora.tier, word text, prefixes tsquery, most integer) returns text[]
  language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return array(
    select d.concept_id
      from (select distinct on (l.concept_id) l.concept_id, l.label
              from agora.concept_label l
             where l.folded collate "C" >= word and l.folded collate "C" < word || chr(1114111) and l.words @@ prefixes
             order by l.concept_id, l.kind) d
      left join agora.topic_use u on u.concept_id = d.concept_id and u.tier = near
     order by coalesce(u.members, 0) desc, length(d.label), d.label
     limit most);
end $$;
comment on function agora.topic_beginning is 'Topics with a label that begins with a word and has all words; those most used at a tier first.';

create or replace function agora.topic_holding(near agora.tier, prefixes tsquery, but text[], most integer) returns text[]
  language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  common constant integer := 200; -- of so many labels, ten are soon met among the topics most used
  found text[];
begin
  if (select count(*) from (select from agora.concept_label l where l.words @@ prefixes limit common) c) = common then
    found := array(
      select u.concept_id
        from agora.topic_use u
       cross join lateral (select l.label from agora.concept_label l
                            where l.concept_id = u.concept_id and l.words @@ prefixes order by l.kind limit 1) l
       where u.tier = near and u.concept_id <> all (but)
       order by u.members desc, length(l.label), l.label
       limit most);
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
     order by coalesce(u.members, 0) desc, length(d.label), d.label
     limit most);
end $$;
comment on function agora.topic_holding is 'Topics with a label that has all words, without those that are known already; those most used at a tier first.';

create or replace function agora.topic_complete(viewer uuid, typed text, most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  near agora.tier := agora.search_tier(viewer);
  typed_words text[] := string_to_array(agora.fold(typed), ' ');
  prefixes tsquery;
  found text[];
begin
  if typed_words = '{}' then
    return agora.topic_popular(near, most);
  end if;
  select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into prefixes from unnest(typed_words) w;
  found := agora.topic_beginning(near, typed_words[1], prefixes, most);
  if cardinality(found) < most then
    found := found || agora.topic_holding(near, prefixes, found, most - cardinality(found));
  end if;
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.topic_json(f.id) order by f.n), '[]'))::text
      from unnest(found) with ordinality f (id, n));
end $$;
comment on function agora.topic_complete is
  'Topics one of whose labels has a word for each word typed that begins with it: those that begin with the first word, then those most used among members the viewer may see.';

create or replace function agora.topic_popular(near agora.tier, most integer) returns text
  language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('items', coalesce(jsonb_agg(agora.topic_json(u.concept_id) || jsonb_build_object('members', u.members)
                                                        order by u.members desc, u.concept_id), '[]'))::text
    from (select concept_id, members
            from agora.topic_use
           where tier = near and members >= 3
           order by members desc, concept_id
           limit most) u
$$;
comment on function agora.topic_popular is 'Topics that most members show at a tier; never one that fewer than three do.';

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
