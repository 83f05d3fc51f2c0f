-- A page of results. C has parsed what was typed into a tsquery (directory/domain/search_query.h); here
-- it is run over the strata from the best on, until the page is full. What runs for every search is
-- plpgsql, since that keeps its plans.

create or replace function agora.search_tier(viewer uuid) returns agora.tier
  language plpgsql stable security definer set search_path = '' as $$
begin
  return case when viewer is not null and agora.is_active(viewer) then 'members' else 'public' end;
end $$;
comment on function agora.search_tier is 'Which search rows a viewer searches.';

create or replace function agora.search_folded(query text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  -- Words come as they were typed, between \001; folded here as agora.fold does it, while the quote and
  -- the backslash, which no folded word has, cannot end one. A word that folds to nothing finds nothing.
  return replace(translate(lower(public.unaccent(normalize(agora.search_spelt(query), nfkc)) collate "und-x-icu"), E'\001''\\', ''''),
                 '''''', '''~''');
end $$;
comment on function agora.search_folded is 'The text of the tsquery that C composed, its words folded.';

create or replace function agora.search_query(query text) returns tsquery
  language plpgsql stable set search_path = '' as $$
begin
  return agora.search_folded(query)::tsquery;
end $$;
comment on function agora.search_query is 'The tsquery that C composed, its words folded.';

create or replace function agora.search_hidden(viewer uuid) returns uuid[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select a.id
      from agora.account me
      join agora.block b on b.blocked_person = me.person_id
      join agora.account a on a.person_id = b.blocker_person
     where me.id = viewer
    union all
    select a.id
      from agora.account me
      join agora.block b on b.blocker_person = me.person_id
      join agora.account a on a.person_id = b.blocked_person
     where me.id = viewer and b.blocked_as = coalesce(agora.met_as(viewer, a.id), ''));
end $$;
comment on function agora.search_hidden is
  'Members with a block between them and the viewer, whichever way (agora.is_hidden): they do not match, count or order.';

create or replace function agora.search_seal(near agora.tier, query text, place text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return left(encode(sha256((select s.secret from agora.search_secret s)
                            || convert_to(concat_ws(' ', near, place, query), 'UTF8')), 'hex'), 16);
end $$;
comment on function agora.search_seal is 'Seal of a cursor: it holds for this query at this tier only, and its ceiling cannot be moved.';

create or replace function agora.search_cursor(
    near agora.tier, query text, cursor text,
    out day integer, out quality integer, out beyond uuid, out score integer, out account_id uuid,
    out shown integer, out total integer, out exact boolean)
  language plpgsql stable set search_path = '' as $$
declare
  part text[];
begin
  part := string_to_array(agora.search_opened(cursor), ' ');
  if cardinality(part) <> 9 or agora.search_seal(near, query, array_to_string(part[1:8], ' ')) <> part[9] then
    raise invalid_text_representation;
  end if;
  day := part[1];
  quality := part[2];
  beyond := nullif(part[3], '-');
  score := part[4];
  account_id := part[5];
  shown := part[6];
  total := part[7];
  exact := part[8];
exception when others then
  perform agora.fail('AG004', '/cursor', 'This page does not belong to this search. Search again.');
end $$;
comment on function agora.search_cursor is
  'Opens a cursor: the day the search began, the place in the order of quality behind which the present hundred begins, the score and account of the last result shown, how many were, and the total told with the first page.';

create or replace function agora.search_count(near agora.tier, q tsquery, hidden uuid[], most integer) returns integer
  language plpgsql stable
  -- One plan for all queries, by the indexes; which stratum it reads is pruned when it runs.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  s agora.search_stratum;
  total integer := 0;
begin
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    total := total + (select count(*) from (select from agora.search r
                                             where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
                                               and r.account_id <> all (hidden)
                                             limit most - total) m);
    exit when total >= most;
  end loop;
  return total;
end $$;
comment on function agora.search_count is 'How many match, counted up to most.';

create or replace function agora.search_hits(
    near agora.tier, q tsquery, hidden uuid[], after_quality integer, after_account uuid, most integer)
  returns agora.search_hit[]
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  hits agora.search_hit[] := '{}';
  s agora.search_stratum;
begin
  for s in select * from agora.search_stratum t where t.tier = near and t.low <= after_quality order by t.number loop
    exit when cardinality(hits) >= most;
    hits := hits || array(
      select (m.quality, m.account_id)::agora.search_hit
        from agora.search m
       where m.tier = near and m.quality >= s.low and m.quality < s.high and m.terms @@ q
         and m.account_id <> all (hidden)
         and (m.quality, m.account_id) < (after_quality, after_account)
       order by m.quality desc, m.account_id desc
       limit most - cardinality(hits));
  end loop;
  return hits;
end $$;
comment on function agora.search_hits is
  'The first members that match behind a place in the order: stratum by stratum, and no further than needed.';

create or replace function agora.search_cards(
    near agora.tier, hits agora.search_hit[], contacts uuid[], clue tsquery[], reasons text[], pattern text[], asked text[],
    standing jsonb, origin text)
  returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  translated boolean := agora.languages() <> '{}';
begin
  return (
    select string_agg(left(m.card, -1) || ', "topics": [' || coalesce(t.topics, '') || ']'
                      || coalesce(', "why": ' || y.why, '')
                      || coalesce(', "distance_km": ' || agora.distance_told(o, p), '')
                      || coalesce(', "relation": ' || (standing -> m.account_id::text)::text, '') || '}', ', ' order by h.place)
      from unnest(hits) with ordinality h (quality, account_id, place)
     cross join lateral (
       select r.* from agora.search r
        where r.tier = near and r.quality = h.quality and r.account_id = h.account_id and h.account_id <> all (contacts)
       union all
       select c.* from agora.search_contact c
        where contacts <> '{}' and c.account_id = h.account_id and h.account_id = any (contacts)) m
      left join agora.place o on o.id = origin
      left join agora.place p on p.id = case when o.id is not null then agora.card_place(m.card) end
     cross join lateral (
       select string_agg(case when translated then agora.topic_shown(b.topic::jsonb)::text else b.topic end, ', ') as topics
         from (select u.topic
                 from unnest(m.topics, m.facets, m.labels) with ordinality u (topic, concept_id, label, place)
                where u.topic is not null
                order by u.label like any (pattern) or asked <> '{}' and exists (
                           select from agora.concept_ancestor a
                            where a.concept_id = u.concept_id and a.ancestor_id = any (asked)) desc, u.place
                limit 6) b) t
     cross join lateral (
       select to_json(nullif(array(select w.reason from unnest(clue, reasons) w (clue, reason) where m.terms @@ w.clue)
                             || agora.search_merit_words(m.merits), '{}'))::text as why) y);
end $$;
comment on function agora.search_cards is
  'The cards of these members, the topics that matched first, with why they match and what stands between them and the viewer; of contacts their rows of that tier.';

create or replace function agora.search_standing(viewer uuid, hits agora.search_hit[]) returns jsonb
  language sql stable set search_path = '' as $$
  -- One look for all: most viewers have something going on with few members, and mostly with none of these.
  select coalesce(jsonb_object_agg(s.other, case s.seen when 'delayed' then 'connecting' else s.seen end), '{}')
    from (select distinct on (o.other) o.other, o.seen
            from (select case viewer when i.asker then i.asked else i.asker end as other,
                         agora.introduction_seen(i, viewer) as seen, i.state, i.created_at
                    from agora.introduction i
                   where (i.asker = viewer and i.asked = any (select h.account_id from unnest(hits) h)
                          or i.asked = viewer and i.asker = any (select h.account_id from unnest(hits) h))
                     and agora.introduction_met(i, viewer)) o
           where o.seen in ('sent', 'received', 'connecting', 'delayed', 'connected')
           order by o.other, o.state in ('offered', 'granting', 'grant_failed', 'connected') desc, o.created_at desc) s
$$;
comment on function agora.search_standing is
  'What stands between the viewer and those of these members with whom anything does, as agora.introduction_current has it: account to state.';

create or replace function agora.search_page(
    viewer uuid, query text, clues text[], reasons text[], words text[], asked text[], most integer, cursor text,
    origin text default null)
  returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  ceiling constant integer := 200;    -- results that can be paged through
  countable constant integer := 1000; -- from here on the total is "or more"
  hundred constant integer := 100;    -- so many of the best are put in order at a time
  top constant integer := 2147483647; -- no score is higher
  near agora.tier := agora.search_tier(viewer);
  q tsquery := agora.search_expanded(near, query);
  hidden uuid[] := case when near = 'public' then '{}' else agora.search_hidden(viewer) end;
  contacts uuid[] := case when near = 'public' then '{}' else agora.search_contacts(viewer) end;
  theirs agora.search_contact[] := '{}'; -- of contacts who match
  clue tsquery[] := '{}';
  pattern text[] := '{}';
  word text;
  at record;
  sampled integer := 0; -- members of the sample who match
  codes text;           -- what facets count of them
  scale numeric;        -- for how many members each of them stands
  ranked record;
  why record;
  best agora.search_hit[];
  hits agora.search_hit[] := '{}';
  facets text := '{}';
  standing jsonb := '{}';
  next text;
begin
  foreach word in array clues loop
    clue := clue || agora.search_query(word);
  end loop;
  foreach word in array words loop
    pattern := pattern || ('% ' || agora.fold(word) || '%');
  end loop;
  if contacts <> '{}' then
    hidden := hidden || contacts; -- their rows for all members
    theirs := agora.search_near(contacts, q);
  end if;
  if cursor is null then
    best := agora.search_hits(near, q, hidden, 65536, null, hundred);
    select agora.search_today() - date '2000-01-01' as day, 65536 as quality, null::uuid as beyond, top as score, null::uuid as account_id,
           0 as shown, cardinality(best) as total, true as exact into at;
    if at.total = hundred then -- there may be more
      select s.n, s.codes, s.scale into sampled, codes, scale from agora.search_sampled(near, q, hidden, 100) s;
      -- Where the sample leaves no doubt that there are more than would be counted, none is.
      at.exact := sampled < 30 or sampled * scale < 2.5 * countable;
      at.total := case when at.exact then agora.search_count(near, q, hidden, countable) else countable end;
    end if;
    if at.total > ceiling and sampled >= 30 then
      facets := agora.search_facets_told(codes, case when scale > 1 then 3 else 1 end, scale);
    else
      facets := agora.search_facets_all(near, q, hidden, countable, agora.search_near_facets(theirs));
    end if;
    at.total := least(at.total + cardinality(theirs), countable);
    at.exact := at.exact and at.total < countable;
  else
    at := agora.search_cursor(near, query, cursor);
  end if;
  most := least(most, ceiling - at.shown);
  loop -- by hundreds, in order of quality
    best := agora.search_merged(coalesce(best, agora.search_hits(near, q, hidden, at.quality, at.beyond, hundred)),
                                theirs, at.quality, at.beyond, hundred);
    ranked := agora.search_ranked(near, best, contacts, clue, viewer, at.day, at.score, at.account_id, most - cardinality(hits));
    hits := hits || ranked.hits;
    exit when cardinality(hits) >= most or cardinality(best) < hundred;
    at.quality := best[hundred].quality;
    at.beyond := best[hundred].account_id;
    at.score := top;
    best := null;
  end loop;
  why := agora.search_reasons(near, clue, reasons, viewer);
  if near <> 'public' and hits <> '{}' then
    standing := agora.search_standing(viewer, hits);
  end if;
  at.shown := at.shown + cardinality(hits);
  if ranked.hits <> '{}' and at.shown < least(ceiling, at.total) then
    next := concat_ws(' ', at.day, at.quality, coalesce(at.beyond::text, '-'), ranked.score,
                      hits[cardinality(hits)].account_id, at.shown, at.total, at.exact);
    next := agora.search_closed(next, agora.search_seal(near, query, next));
  end if;
  return '{"items": [' || case when hits <> '{}' then agora.search_cards(near, hits, contacts, why.clues, why.words, pattern, asked, standing,
                                               case when origin is null then agora.place_of(viewer) else (agora.place_named(origin)).id end) else '' end || ']'
    || ', "total": {"count": ' || at.total || ', "exact": ' || at.exact || '}'
    || ', "facets": ' || facets
    || coalesce(', "next": "' || next || '"', '')
    || case when at.total = 0 and asked <> '{}' then ', "broader": ' || agora.search_broader(asked) else '' end
    || '}';
end $$;
comment on function agora.search_page is
  'A page of cards that match (openapi: SearchPage). query and clues are tsqueries of C; reasons says in words what a clue that matches means; words and asked topics bring the topics that matched to the front of a card; cursor is the next of the page before; distances are told from origin, a place, else from the viewer''s own. Facets come with the first page.';

create or replace function agora.search_broader(asked text[]) returns text
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(agora.topic_json(b.id) order by b.id), '[]')::text
    from (select distinct r.other_id as id
            from agora.concept_relation r
           where r.concept_id = any (asked) and r.link = 'broader' and not r.other_id = any (asked)) b
$$;
comment on function agora.search_broader is 'The next broader topics, for when nothing was found.';

grant execute on function agora.search_page to agora_app;
