-- A page of results. C has parsed what was typed into a tsquery (directory/domain/search_query.h); here
-- it is run over the strata from the best on, until the page is full.

create or replace function agora.search_tier(viewer uuid) returns agora.tier
  language sql stable security definer set search_path = '' as $$
  select case when viewer is not null and agora.is_active(viewer) then 'members' else 'public' end::agora.tier
$$;
comment on function agora.search_tier is 'Which search rows a viewer searches.';

create or replace function agora.search_hidden(viewer uuid) returns uuid[]
  language sql stable security definer set search_path = '' as $$
  select array(
    select a.id
      from agora.account me
      join agora.block b on me.person_id in (b.blocker_person, b.blocked_person)
      join agora.account a on a.person_id in (b.blocker_person, b.blocked_person) and a.id <> me.id
     where me.id = viewer)
$$;
comment on function agora.search_hidden is 'Members with a block between them and the viewer, whichever way: they do not match, count or order.';

create or replace function agora.search_query(query text) returns tsquery
  language sql stable set search_path = '' as $$
  -- Words come as they were typed, between \001; folded here as agora.fold does it, while the quote and
  -- the backslash, which no folded word has, cannot end one. A word that folds to nothing finds nothing.
  select replace(translate(lower(public.unaccent(normalize(query, nfkc)) collate "und-x-icu"), E'\001''\\', ''''),
                 '''''', '''~''')::tsquery
$$;
comment on function agora.search_query is 'The tsquery that C composed, its words folded.';

create or replace function agora.search_seal(near agora.tier, query text, place text) returns text
  language sql stable set search_path = '' as $$
  select left(encode(sha256(s.secret || convert_to(concat_ws(' ', near, place, query), 'UTF8')), 'hex'), 16)
    from agora.search_secret s
$$;
comment on function agora.search_seal is 'Seal of a cursor: it holds for this query at this tier only, and its ceiling cannot be moved.';

create or replace function agora.search_cursor(
    near agora.tier, query text, cursor text,
    out quality integer, out account_id uuid, out shown integer, out total integer, out exact boolean)
  language plpgsql stable set search_path = '' as $$
declare
  part text[] := string_to_array(convert_from(decode(cursor, 'hex'), 'UTF8'), ' ');
begin
  if cardinality(part) <> 6 or agora.search_seal(near, query, array_to_string(part[1:5], ' ')) <> part[6] then
    raise invalid_text_representation;
  end if;
  quality := part[1];
  account_id := part[2];
  shown := part[3];
  total := part[4];
  exact := part[5];
exception when others then
  perform agora.fail('AG004', '/cursor', 'This page does not belong to this search. Search again.');
end $$;
comment on function agora.search_cursor is 'Opens a cursor: the last result shown, how many were, and the total told with the first page.';

create or replace function agora.search_count(near agora.tier, q tsquery, hidden uuid[], most integer, out total integer, out low integer)
  language plpgsql stable set search_path = '' as $$
declare
  s agora.search_stratum;
  n integer;
begin
  total := 0;
  low := 65536;
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    select count(*) into n
      from (select from agora.search r
             where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
               and r.account_id <> all (hidden)
             limit most + 1 - total) m;
    total := total + n;
    low := s.low;
    exit when total > most;
  end loop;
end $$;
comment on function agora.search_count is 'How many match, counted to most + 1, and the least quality that was looked at.';

create or replace function agora.search_facets(near agora.tier, q tsquery, hidden uuid[], least_quality integer, most integer) returns jsonb
  language sql stable set search_path = '' as $$
  with found as materialized (
    select r.level, r.country, r.concepts
      from agora.search r
     where r.tier = near and r.quality >= least_quality and r.terms @@ q and r.account_id <> all (hidden)
     limit most),
  topic as (
    select c.id, count(*) as n from found f, unnest(f.concepts) c (id) group by c.id order by n desc, c.id limit 10),
  country as (
    select f.country as code, count(*) as n from found f where f.country is not null group by 1 order by n desc, code limit 10),
  level as (
    select l.level, l.label, count(*) filter (where f.level >= l.level) as n
      from agora.level l cross join found f where l.offered group by l.level, l.label)
  select jsonb_build_object(
    'topic', (select jsonb_agg(agora.search_facet(t.id, l.label, t.n) order by t.n desc, t.id)
                from topic t join agora.concept_label l on l.concept_id = t.id and l.lang = 'en' and l.kind = 'pref'),
    'country', (select jsonb_agg(agora.search_facet(c.code, w.name, c.n) order by c.n desc, c.code)
                  from country c join agora.country w on w.code = c.code),
    'level', (select jsonb_agg(agora.search_facet(v.level::text, v.label, v.n) order by v.level)
                from level v where v.n > 0))
$$;
comment on function agora.search_facets is
  'Facets with their counts, over all that match, or, when more than most do, over the first ones found; level counts are of at least that level.';

create or replace function agora.search_facet(value text, label text, n bigint) returns jsonb
  language sql immutable set search_path = '' as $$
  select jsonb_build_object('value', value, 'label', label) || case when n < 3 then '{}' else jsonb_build_object('count', n) end
$$;
comment on function agora.search_facet is 'A facet (openapi: Facet); a count under three is not told.';

create or replace function agora.search_page(
    viewer uuid, query text, clues text[], reasons text[], words text[], asked text[], most integer, cursor text)
  returns text
  language plpgsql stable security definer
  -- One plan for all queries, by the indexes; which strata it reads is pruned when it runs.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  ceiling constant integer := 200;
  countable constant integer := 1000;
  near agora.tier := agora.search_tier(viewer);
  q tsquery := agora.search_query(query);
  hidden uuid[] := agora.search_hidden(viewer);
  clue tsquery[] := array(select agora.search_query(c) from unnest(clues) c);
  pattern text[] := array(select '% ' || agora.fold(w) || '%' from unnest(words) w);
  at record;
  s agora.search_stratum;
  r record;
  items text := '';
  counted record;
  shown integer := 0;
  facets jsonb := '{}';
  next text;
begin
  if cursor is null then
    select 65536 as quality, null::uuid as account_id, 0 as shown, 0 as total, true as exact into at;
    counted := agora.search_count(near, q, hidden, countable);
    at.total := least(counted.total, countable);
    at.exact := counted.total <= countable;
    if at.total > 0 then
      facets := agora.search_facets(near, q, hidden, counted.low, countable);
    end if;
  else
    at := agora.search_cursor(near, query, cursor);
  end if;
  most := least(most, ceiling - at.shown, at.total - at.shown);
  for s in select * from agora.search_stratum t where t.tier = near and t.low <= at.quality order by t.number loop
    exit when shown >= most;
    for r in
      select p.quality, p.account_id,
             left(p.card, -1) || ', "topics": [' || coalesce(t.topics, '') || ']'
             || coalesce(', "why": ' || y.why, '') || '}' as item
        from (select m.quality, m.account_id, m.card, m.topics, m.concepts, m.labels, m.terms
                from agora.search m
               where m.tier = near and m.quality >= s.low and m.quality < s.high and m.terms @@ q
                 and m.account_id <> all (hidden)
                 and (m.quality, m.account_id) < (at.quality, at.account_id)
               order by m.quality desc, m.account_id desc
               limit most - shown) p
       cross join lateral (
         select string_agg(b.topic, ', ' order by b.n) as topics
           from (select u.topic, row_number() over (order by
                          (u.label like any (pattern) or exists (
                             select from agora.concept_ancestor a
                              where a.concept_id = u.concept_id and a.ancestor_id = any (asked))) desc, u.place) as n
                   from unnest(p.topics, p.concepts, p.labels) with ordinality u (topic, concept_id, label, place)) b
          where b.n <= 6) t
       cross join lateral (
         select jsonb_agg(w.reason order by w.place)::text as why
           from unnest(clue, reasons) with ordinality w (clue, reason, place)
          where p.terms @@ w.clue) y
       order by p.quality desc, p.account_id desc
    loop
      items := items || ', ' || r.item;
      shown := shown + 1;
      at.quality := r.quality;
      at.account_id := r.account_id;
    end loop;
  end loop;
  at.shown := at.shown + shown;
  if shown > 0 and at.shown < least(ceiling, at.total) then
    next := concat_ws(' ', at.quality, at.account_id, at.shown, at.total, at.exact);
    next := encode(convert_to(next || ' ' || agora.search_seal(near, query, next), 'UTF8'), 'hex');
  end if;
  return '{"items": [' || substr(items, 3) || ']'
    || ', "total": ' || jsonb_build_object('count', at.total, 'exact', at.exact)
    || ', "facets": ' || jsonb_strip_nulls(facets)
    || coalesce(', "next": "' || next || '"', '')
    || case when at.total = 0 and asked <> '{}' then ', "broader": ' || agora.search_broader(asked) else '' end
    || '}';
end $$;
comment on function agora.search_page is
  'A page of cards that match (openapi: SearchPage). query and clues are tsqueries of C; reasons says in words what a clue that matches means; words and asked topics bring the topics that matched to the front of a card; cursor is the next of the page before.';

create or replace function agora.search_broader(asked text[]) returns text
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(agora.topic_json(b.id) order by b.id), '[]')::text
    from (select distinct r.other_id as id
            from agora.concept_relation r
           where r.concept_id = any (asked) and r.link = 'broader' and not r.other_id = any (asked)) b
$$;
comment on function agora.search_broader is 'The next broader topics, for when nothing was found.';

grant execute on function agora.search_page to agora_app;
