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

create or replace function agora.search_queries(queries text[]) returns tsquery[]
  language plpgsql stable set search_path = '' as $$
begin
  return string_to_array(agora.search_folded(array_to_string(queries, E'\002')), E'\002')::tsquery[];
end $$;
comment on function agora.search_queries is 'Several of them at once, which takes little more than one.';

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

create or replace function agora.search_cursor(near agora.tier, query text, cursor text) returns agora.search_place
  language plpgsql stable set search_path = '' as $$
declare
  part text[];
begin
  part := string_to_array(agora.search_opened(cursor), ' ');
  if cardinality(part) <> 9 or agora.search_seal(near, query, array_to_string(part[1:8], ' ')) <> part[9] then
    raise invalid_text_representation;
  end if;
  return row(part[1], part[2], nullif(part[3], '-'), part[4], part[5], part[6], part[7], part[8])::agora.search_place;
exception when others then
  perform agora.fail('AG004', '/cursor', 'This page does not belong to this search. Search again.');
end $$;
comment on function agora.search_cursor is 'Opens a cursor.';

create or replace function agora.search_next(near agora.tier, query text, at agora.search_place) returns text
  language plpgsql stable set search_path = '' as $$
declare
  place constant text := concat_ws(' ', at.day, at.quality, coalesce(at.beyond::text, '-'), at.score, at.account_id, at.shown, at.total, at.exact);
begin
  return agora.search_closed(place, agora.search_seal(near, query, place));
end $$;
comment on function agora.search_next is 'The cursor of a place.';

create or replace function agora.search_cards(
    near agora.tier, hits agora.search_hit[], contacts uuid[], clue tsquery[], reasons text[], pattern text[], standing jsonb,
    origin text)
  returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  translated boolean := agora.languages() <> '{}';
  here agora.place;
  accounts uuid[];
  lowest integer; -- of the strata only those between these are opened
  highest integer;
begin
  select array_agg(h.account_id), min(h.quality), max(h.quality) into accounts, lowest, highest from unnest(hits) h;
  if origin is not null then
    here := (select o from agora.place o where o.id = origin);
  end if;
  return (
    -- What is made here goes before what is stored: to cut off a text's first sign takes less than its last.
    select string_agg('{"topics": [' || t.topics || '], '
                      || case when y.why <> '' then '"why": [' || y.why || '], ' else '' end
                      || case when here.id is null then '' else coalesce('"distance_km": ' || agora.distance_told(
                           here, (select p from agora.place p where p.id = agora.card_place(m.card))) || ', ', '') end
                      || case when standing = '{}' then '' else coalesce('"relation": ' || (standing -> m.account_id::text)::text || ', ', '') end
                      || right(m.card, -1), ', ' order by h.place)
      from unnest(hits) with ordinality h (quality, account_id, score, place)
      -- All in one look: a look for each would prune the strata anew each time.
      join (select r.* from agora.search r
             where r.tier = near and r.quality >= lowest and r.quality <= highest and r.account_id = any (accounts)
               and r.account_id <> all (contacts)
            union all
            select c.* from agora.search_contact c
             where contacts <> '{}' and c.account_id = any (accounts) and c.account_id = any (contacts)) m on m.account_id = h.account_id
     cross join lateral (
       select case when not translated and not array_to_string(m.labels, '') like any (pattern) then array_to_string(m.topics[:6], ', ')
                   else coalesce((select string_agg(case when translated then agora.topic_shown(b.topic::jsonb)::text else b.topic end, ', ')
                                    from (select u.topic
                                            from unnest(m.topics, m.labels) with ordinality u (topic, label, place)
                                           order by u.label like any (pattern) desc, u.place
                                           limit 6) b), '') end as topics) t
     cross join lateral (
       select concat_ws(', ', nullif(array_to_string(array(select to_json(w.reason)::text from unnest(clue, reasons) w (clue, reason) where m.terms @@ w.clue), ', '), ''),
                        case when 'standing' = any (m.merits) then '"In good standing"' end,
                        case when 'checked' = any (m.merits) then '"Identity checked within a year"' end,
                        case when 'answers' = any (m.merits) then '"Mostly answers within a week"' end,
                        case when 'new' = any (m.merits) then '"New here"'
                             when 'fresh' = any (m.merits) then '"Profile changed lately"' end) as why) y);
end $$;
comment on function agora.search_cards is
  'The cards of these members, the topics that matched first, with why they match, how far away they are from a place and what stands between them and the viewer.';

create or replace function agora.search_standing(viewer uuid, accounts uuid[]) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  -- One look for all: most viewers have something going on with few members, and mostly with none of these.
  return (
    select coalesce(jsonb_object_agg(s.other, case s.seen when 'delayed' then 'connecting' else s.seen end), '{}')
      from (select distinct on (o.other) o.other, o.seen
              from (select case viewer when i.asker then i.asked else i.asker end as other,
                           agora.introduction_seen(i, viewer) as seen, i.state, i.created_at
                      from agora.introduction i
                     where (i.asker = viewer and i.asked = any (accounts)
                            or i.asked = viewer and i.asker = any (accounts))
                       and agora.introduction_met(i, viewer)) o
             where o.seen in ('sent', 'received', 'connecting', 'delayed', 'connected')
             order by o.other, o.state in ('offered', 'granting', 'grant_failed', 'connected') desc, o.created_at desc) s);
end $$;
comment on function agora.search_standing is
  'What stands between the viewer and those of these members with whom anything does, as agora.introduction_current has it: account to state.';

create or replace function agora.search_patterns(words text[], asked text[]) returns text[]
  language plpgsql stable set search_path = '' as $$
declare
  patterns text[] := '{}';
  one text;
begin
  foreach one in array words loop
    patterns := patterns || ('% ' || agora.fold(one) || '%');
  end loop;
  foreach one in array asked loop
    patterns := patterns || ('%›' || lower(regexp_replace(one, '([\\%_])', '\\\1', 'g')) || '›%');
  end loop;
  return patterns;
end $$;
comment on function agora.search_patterns is 'What labels of topics (agora.search) are like that have one of these words in them, or are of one of these topics.';

create or replace function agora.search_best(
    near agora.tier, q tsquery, hidden uuid[], contacts uuid[], wish agora.search_wish, most integer,
    inout at agora.search_place, out hits agora.search_hit[], out few agora.search_hit[], out ended boolean)
  language plpgsql stable set search_path = '' as $$
declare
  hundred constant integer := 100;    -- so many of the best are put in order at a time
  top constant integer := 2147483647; -- no score is higher
  best agora.search_hit[];
  ranked agora.search_hit[];
begin
  hits := '{}';
  while most > 0 loop
    best := agora.search_hits(near, q, hidden, contacts, wish, at.quality, at.beyond, hundred);
    ranked := agora.search_ranked(best, coalesce(at.score, top), at.account_id, most - cardinality(hits));
    hits := hits || ranked;
    if at.shown = 0 and at.beyond is null then
      at.total := cardinality(best);
      at.exact := at.total < hundred;
      few := case when at.exact then best end;
    end if;
    exit when cardinality(hits) >= most or cardinality(best) < hundred;
    at.quality := best[hundred].quality;
    at.beyond := best[hundred].account_id;
    at.score := null;
  end loop;
  ended := coalesce(ranked, '{}') = '{}';
end $$;
comment on function agora.search_best is
  'The next results from a place on, by hundreds in the order of quality, each hundred by score. The first page tells the total as far as that is known here: of a hundred or more only that. few: all who match, when they are fewer; ended: no more was found.';

create or replace function agora.search_page(
    viewer uuid, query text, clues text[], reasons text[], words text[], asked text[], most integer, cursor text,
    origin text default null, divided boolean default true)
  returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  ceiling constant integer := 200; -- results that can be paged through
  near constant agora.tier := agora.search_tier(viewer);
  q constant tsquery := agora.search_expanded(near, query);
  clue constant tsquery[] := agora.search_queries(clues);
  hidden uuid[] := '{}';
  contacts uuid[] := '{}';
  theirs agora.search_contact[] := '{}'; -- of contacts who match
  at agora.search_place := row(agora.search_today() - date '2000-01-01', 65536, null, null, null, 0, 0, true);
  wish agora.search_wish;
  best record;
  told record;
  why record;
  hits agora.search_hit[] := '{}';
  standing jsonb := '{}';
  facets text := '{}';
  cards text := '';
  next text;
begin
  if near <> 'public' then
    hidden := agora.search_hidden(viewer);
    contacts := agora.search_contacts(viewer);
  end if;
  if contacts <> '{}' then
    hidden := hidden || contacts; -- their rows for all members
    theirs := agora.search_near(contacts, q);
  end if;
  if cursor is not null then
    at := agora.search_cursor(near, query, cursor);
  end if;
  if most > 0 then
    wish := agora.search_wish(near, clue, viewer, at.day);
  end if;
  best := agora.search_best(near, q, hidden, contacts, wish, least(most, ceiling - at.shown), at);
  hits := best.hits;
  at := best.at;
  at.shown := at.shown + cardinality(hits);
  if cursor is null and (divided or most = 0) then
    told := agora.search_told(near, q, hidden, theirs, best.few, ceiling);
    at.total := told.total;
    at.exact := told.exact;
    facets := told.facets;
  end if;
  if hits <> '{}' then
    why := agora.search_reasons(near, clue, reasons, viewer, wish.at_home);
    if near <> 'public' then
      standing := agora.search_standing(viewer, array(select h.account_id from unnest(hits) h));
    end if;
    cards := agora.search_cards(
      near, hits, contacts, why.clues, why.words, agora.search_patterns(words, asked), standing,
      case when origin is not null then (agora.place_named(origin)).id when viewer is not null then agora.place_of(viewer) end);
    at.score := hits[cardinality(hits)].score;
    at.account_id := hits[cardinality(hits)].account_id;
    if not best.ended and at.shown < (case when at.exact then least(ceiling, at.total) else ceiling end) then
      next := agora.search_next(near, query, at);
    end if;
  end if;
  return '{"items": [' || cards || '], "total": {"count": ' || at.total || ', "exact": ' || at.exact || '}, "facets": ' || facets
    || coalesce(', "next": "' || next || '"', '')
    || case when at.total = 0 and asked <> '{}' then ', "broader": ' || agora.search_broader(asked) else '' end
    || '}';
end $$;
comment on function agora.search_page is
  'A page of cards that match (openapi: SearchPage). query and clues are tsqueries of C; reasons says in words what a clue that matches means; words and asked topics bring the topics that matched to the front of a card; cursor is the next of the page before; distances are told from origin, a place, else from the viewer''s own. divided: the first page tells facets and the whole total, else of a hundred or more only that. most 0: nobody is on it.';

create or replace function agora.search_broader(asked text[]) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(agora.topic_json(b.id) order by b.id), '[]')::text
      from (select distinct r.other_id as id
              from agora.concept_relation r
             where r.concept_id = any (asked) and r.link = 'broader' and not r.other_id = any (asked)) b);
end $$;
comment on function agora.search_broader is 'The next broader topics, for when nothing was found.';

grant execute on function agora.search_page to agora_app;
