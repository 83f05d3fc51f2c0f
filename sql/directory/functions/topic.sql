-- Topics: folding of words, reading, completion, import and the closure of "broader".

create or replace function agora.fold(t text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return btrim(regexp_replace(lower(public.unaccent(normalize(t, nfkc)) collate "und-x-icu"), '[^[:alnum:]]+', ' ', 'g'));
end $$;
comment on function agora.fold is
  'Text as search compares it: lower case, without accents, words of letters and digits with one space between.';

create or replace function agora.topic_json(concept text) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'id', concept,
    'label', (select l.label from agora.concept_label l where l.concept_id = concept and l.lang = 'en' and l.kind = 'pref'),
    'path', (select string_agg(l.label, ' › ' order by a.distance desc)
               from agora.concept_ancestor a
               join agora.concept_label l on l.concept_id = a.ancestor_id and l.lang = 'en' and l.kind = 'pref'
              where a.concept_id = concept and a.distance > 0)))
$$;
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

create or replace function agora.topic_complete(viewer uuid, typed text, most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  near agora.tier := agora.search_tier(viewer);
  hidden uuid[] := agora.search_hidden(viewer);
  typed_words text[] := string_to_array(agora.fold(typed), ' ');
  prefixes tsquery;
begin
  if typed_words = '{}' then
    return agora.topic_popular(near, hidden, most);
  end if;
  select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into prefixes from unnest(typed_words) w;
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.topic_json(f.concept_id) order by f.n), '[]'))::text
      from (select d.concept_id, row_number() over (order by d.begins desc, d.members desc, length(d.label), d.label) as n
              from (select distinct on (l.concept_id) l.concept_id, l.label,
                           starts_with(l.folded, typed_words[1]) as begins, coalesce(u.members, 0) - coalesce(h.members, 0) as members
                      from agora.concept_label l
                      left join agora.topic_use u on u.concept_id = l.concept_id and u.tier = near
                      left join agora.topic_hidden(near, hidden) h on h.concept_id = l.concept_id
                     where l.words @@ prefixes
                     order by l.concept_id, l.kind) d
             order by n
             limit most) f);
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
