-- The order of one search: the best by quality, as many as can be paged through, are put in order by what the
-- search and the viewer make of them. Within a day, and for the pages that begin on it, the same search gives
-- the same order. docs/decisions/0083-order-of-results.md has the formula.

create or replace function agora.search_clues(
    clue tsquery[], out clues tsquery[], out exact tsquery[], out worth real[], out loose real[])
  language plpgsql immutable set search_path = '' as $$
declare
  body text;   -- 'x:t12' for a topic (x, o, s or i), 'word':*A for a word (A, B or C), several joined, or anything else
  weight text; -- of a word
  topic text;
begin
  clues := '{}'; exact := '{}'; worth := '{}'; loose := '{}';
  for i in 1 .. least(cardinality(clue), 24) loop
    body := clue[i]::text;
    weight := right(rtrim(body, ' )'), 1);
    clues := clues || clue[i];
    if weight in ('A', 'B', 'C') then
      exact := exact || replace(body, ':*', ':')::tsquery;
      worth := worth || case weight when 'A' then 1 when 'B' then 0.7 else 0.6 end::real;
      loose := loose || 0.8::real; -- the beginning of a word
    elsif left(body, 3) in ('''x:', '''o:', '''s:', '''i:', '''x=', '''o=', '''s=', '''i=') then
      exact := exact || replace(body, left(body, 3), left(body, 2) || '=')::tsquery;
      worth := worth || case substr(body, 2, 1) when 'x' then 1 when 'o' then 0.9 when 's' then 0.6 else 0.5 end::real;
      loose := loose || 0.9::real; -- a narrower topic
      if starts_with(body, '''x') then -- and its verified items: 1 + ln(1 + n) for up to three
        topic := substr(split_part(body, '''', 2), 3);
        clues := clues || array[format('''v1:%s''', topic), format('''v2:%s''', topic), format('''v3:%s''', topic)]::tsquery[];
        exact := exact || clues[cardinality(clues) - 2:];
        worth := worth || array[0.69, 0.41, 0.29]::real[];
        loose := loose || array[1, 1, 1]::real[];
      end if;
    else
      exact := exact || clue[i];
      worth := worth || 0.5::real;
      loose := loose || 1::real;
    end if;
  end loop;
end $$;
comment on function agora.search_clues is
  'The first 24 clues of a search with what each counts for: worth where it matches exactly, that times loose where it does not.';

create or replace function agora.search_mutual(viewer uuid, out offered tsquery, out sought tsquery, out at_home tsquery)
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  select string_agg(format('''o:%s''', lower(t.concept_id)), '|') filter (where t.kind = 'seeking'),
         string_agg(format('''s:%s''', lower(t.concept_id)), '|') filter (where t.kind = 'offering')
    into offered, sought
    from agora.profile_topic t
   where t.account_id = viewer and t.kind in ('seeking', 'offering');
  at_home := (select format('''cc:%s''', lower(p.country)) from agora.profile p where p.account_id = viewer and p.country is not null);
end $$;
comment on function agora.search_mutual is
  'What matches those who offer what the viewer looks for, who look for what the viewer offers (narrower topics included), and who are in the viewer''s country; null where there is nothing to match.';

create or replace function agora.search_wish(near agora.tier, clue tsquery[], viewer uuid, day integer) returns agora.search_wish
  language plpgsql stable set search_path = '' as $$
declare
  c record := agora.search_clues(clue);
  mine record;
begin
  if near <> 'public' then
    mine := agora.search_mutual(viewer);
    return row(c.clues, c.exact, c.worth, c.loose, mine.offered, mine.sought, mine.at_home, day);
  end if;
  return row(c.clues, c.exact, c.worth, c.loose, null::tsquery, null::tsquery, null::tsquery, day);
end $$;
comment on function agora.search_wish is 'What results of a search are put in order by.';

create or replace function agora.search_hits(
    near agora.tier, q tsquery, hidden uuid[], contacts uuid[], wish agora.search_wish,
    after_quality integer, after_account uuid, most integer)
  returns agora.search_hit[]
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  clues constant tsquery[] := wish.clues;
  exact constant tsquery[] := wish.exact;
  worth constant real[] := wish.worth;
  loose constant real[] := wish.loose;
  n constant integer := cardinality(clues);
  offered constant tsquery := wish.offered;
  sought constant tsquery := wish.sought;
  at_home constant tsquery := wish.at_home;
  day constant integer := wish.day;
  hits agora.search_hit[];
begin
  -- Stratum by stratum from the best on, each read only when those before it had too few.
  --
  -- The score is made where the row is read. The first six clues, which most searches have no more of, are
  -- written out: a loop over them would take longer than all the rest. Its numbers are floats, since a numeric
  -- would be turned into one for each row.
  hits := array(
    select (b.quality, b.account_id, b.quality + (26214 * (
              ln(case when n = 0 then 0.5 else coalesce(nullif(
                        case when b.terms @@ clues[1] then worth[1] * case when b.terms @@ exact[1] then 1 else loose[1] end else 0 end
                      + case when n >= 2 and b.terms @@ clues[2] then worth[2] * case when b.terms @@ exact[2] then 1 else loose[2] end else 0 end
                      + case when n >= 3 and b.terms @@ clues[3] then worth[3] * case when b.terms @@ exact[3] then 1 else loose[3] end else 0 end
                      + case when n >= 4 and b.terms @@ clues[4] then worth[4] * case when b.terms @@ exact[4] then 1 else loose[4] end else 0 end
                      + case when n >= 5 and b.terms @@ clues[5] then worth[5] * case when b.terms @@ exact[5] then 1 else loose[5] end else 0 end
                      + case when n >= 6 and b.terms @@ clues[6] then worth[6] * case when b.terms @@ exact[6] then 1 else loose[6] end else 0 end
                      + case when n > 6 then coalesce((
                          select sum(w.worth * case when b.terms @@ w.exact then 1 else w.loose end)
                            from unnest(clues[7:], exact[7:], worth[7:], loose[7:]) w (clue, exact, worth, loose)
                           where b.terms @@ w.clue), 0) else 0 end, 0), 0.5) end
                 * (case when offered is not null and b.terms @@ offered then 1.3::float8 else 1 end)
                 * (case when sought is not null and b.terms @@ sought then 1.2::float8 else 1 end)
                 * (case when at_home is not null and b.terms @@ at_home then 1.05::float8 else 1 end))
            + (uuid_hash_extended(b.account_id, day) & 1023) * 0.00003::float8))::integer)::agora.search_hit
      from ((select m.quality, m.account_id, m.terms
               from (select t.low, t.high from agora.search_stratum t where t.tier = near and t.low <= after_quality order by t.number) s
              cross join lateral (
                select r.quality, r.account_id, r.terms
                  from agora.search r
                 where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
                   and r.account_id <> all (hidden)
                   and (r.quality, r.account_id) < (after_quality, after_account)
                 order by r.quality desc, r.account_id desc
                 limit most) m
              limit most)
            union all
            select c.quality, c.account_id, c.terms
              from agora.search_contact c
             where contacts <> '{}' and c.account_id = any (contacts) and c.terms @@ q
               and (c.quality, c.account_id) < (after_quality, after_account)) b);
  if contacts <> '{}' then
    hits := array(select h from unnest(hits) h order by h.quality desc, h.account_id desc limit most);
  end if;
  return hits;
end $$;
comment on function agora.search_hits is
  'The first members that match behind a place in the order of quality, of contacts their rows of that tier; each with its score: quality with what the search and the viewer make of it added, logarithms all. wish.day moves equals among each other.';

create or replace function agora.search_ranked(best agora.search_hit[], after_score integer, after_account uuid, most integer)
  returns agora.search_hit[]
  language plpgsql stable set search_path = '' as $$
begin
  return array(
    select b
      from unnest(best) b
     where (b.score, b.account_id) < (after_score, after_account)
     order by b.score desc, b.account_id desc
     limit most);
end $$;
comment on function agora.search_ranked is 'Of these, the next ones behind a score and account, by score.';

create or replace function agora.search_reasons(
    near agora.tier, clue tsquery[], reasons text[], viewer uuid, at_home tsquery, out clues tsquery[], out words text[])
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  body text;
  topic text;
  t record;
begin
  clues := '{}'; words := '{}';
  for i in 1 .. cardinality(clue) loop
    body := clue[i]::text;
    topic := substring(body from '^''[xosi]:([^'']+)''$');
    if topic is null then
      clues := clues || clue[i];
      words := words || reasons[i];
      continue;
    end if;
    clues := clues || replace(body, ':', '=')::tsquery || format('%s & !%s', body, replace(body, ':', '='))::tsquery;
    words := words || reasons[i] || (reasons[i] || ' (a narrower topic)');
    if starts_with(body, '''x') then
      clues := clues || format('''v1:%s''', topic)::tsquery;
      words := words || replace(reasons[i], 'Expertise: ', 'Verified: ');
    end if;
  end loop;
  if near = 'public' then
    return;
  end if;
  for t in select m.kind, m.concept_id, agora.topic_label(m.concept_id) as label
             from agora.profile_topic m
            where m.account_id = viewer and m.kind in ('seeking', 'offering')
            order by m.kind, m.place limit 40 loop
    clues := clues || format(case t.kind when 'seeking' then '''o:%s''' else '''s:%s''' end, lower(t.concept_id))::tsquery;
    words := words || (case t.kind when 'seeking' then 'Offers what you look for: ' else 'Looks for what you offer: ' end || t.label);
  end loop;
  clues := clues || array_remove(array[at_home], null);
  words := (words || text 'In your country')[:cardinality(clues)];
end $$;
comment on function agora.search_reasons is
  'The clues of a search with what it means when they match, and those of what the viewer and a member have for each other. at_home: agora.search_mutual.';
