-- The order of one search: the best by quality, as many as can be paged through, are put in order by what the
-- search and the viewer make of them. Within a day, and for the pages that begin on it, the same search gives
-- the same order. docs/decisions/0083-order-of-results.md has the formula.

create or replace function agora.search_worth(
    clue tsquery, out exact tsquery, out worth real, out loose real, out proof text)
  language plpgsql immutable set search_path = '' as $$
declare
  body constant text := clue::text;
  topic constant text := substring(body from '^''[xosi]([:=][^'']+)''');
begin
  exact := clue;
  loose := 1;
  if body ~ '''[xosi][:=]' then
    worth := case substring(body from '''([xosi])[:=]') when 'x' then 1 when 'o' then 0.9 when 's' then 0.6 else 0.5 end;
    exact := regexp_replace(body, '''([xosi]):', '''\1=', 'g')::tsquery;
    loose := 0.9; -- a narrower topic
    proof := case when starts_with(body, '''x') then substr(topic, 2) end;
  elsif body ~ '''(:\*?[ABC])' then
    worth := case substring(body from ''':\*?([ABC])') when 'A' then 1 when 'B' then 0.7 else 0.6 end;
    exact := replace(body, ':*', ':')::tsquery;
    loose := 0.8; -- the beginning of a word
  else
    worth := 0.5;
  end if;
end $$;
comment on function agora.search_worth is
  'What it counts for that a clue matches: worth where it does so exactly, that times loose where it does not; and the topic whose verified items count on top of it.';

create or replace function agora.search_clues(
    clue tsquery[], out clues tsquery[], out exact tsquery[], out worth real[], out loose real[])
  language plpgsql immutable set search_path = '' as $$
declare
  c tsquery;
  w record;
begin
  clues := '{}'; exact := '{}'; worth := '{}'; loose := '{}';
  foreach c in array clue[:24] loop
    w := agora.search_worth(c);
    clues := clues || c; exact := exact || w.exact; worth := worth || w.worth; loose := loose || w.loose;
    if w.proof is not null then -- 1 + ln(1 + n) for up to three
      clues := clues || format('''v1:%1$s''', w.proof)::tsquery || format('''v2:%1$s''', w.proof)::tsquery || format('''v3:%1$s''', w.proof)::tsquery;
      exact := exact || clues[cardinality(clues) - 2:];
      worth := worth || array[0.69, 0.41, 0.29]::real[];
      loose := loose || array[1, 1, 1]::real[];
    end if;
  end loop;
end $$;
comment on function agora.search_clues is 'The first 24 clues of a search with what each counts for.';

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

create or replace function agora.search_ranked(
    near agora.tier, best agora.search_hit[], contacts uuid[], clue tsquery[], viewer uuid, day integer,
    after_score integer, after_account uuid, most integer, out hits agora.search_hit[], out score integer)
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  c record := agora.search_clues(clue);
  mine record;
  needed boolean;
begin
  select m.* into mine from agora.search_mutual(case when near = 'public' then null else viewer end) m;
  needed := c.clues <> '{}' or coalesce(mine.offered, mine.sought, mine.at_home) is not null;
  with scored as (
    select h.quality, h.account_id,
           h.quality + (26214 * (
             ln(coalesce(r.said, 0.5) * (case when t.terms @@ mine.offered then 1.3 else 1 end)
                * (case when t.terms @@ mine.sought then 1.2 else 1 end) * (case when t.terms @@ mine.at_home then 1.05 else 1 end))
           + (uuid_hash_extended(h.account_id, day) & 1023) * 0.00003))::integer as score
      from unnest(best) h
      left join lateral (select m.terms || '' as terms from agora.search m
                          where needed and m.tier = near and m.quality = h.quality and m.account_id = h.account_id and h.account_id <> all (contacts)
                         union all
                         select n.terms || '' from agora.search_contact n
                          where needed and contacts <> '{}' and n.account_id = h.account_id and h.account_id = any (contacts) offset 0) t on true
     cross join lateral (select sum(w.worth * case when t.terms @@ w.exact then 1 else w.loose end) as said
                           from unnest(c.clues, c.exact, c.worth, c.loose) w (clue, exact, worth, loose)
                          where t.terms @@ w.clue offset 0) r)
  select array_agg((s.quality, s.account_id)::agora.search_hit order by s.score desc, s.account_id desc), min(s.score)
    into hits, score
    from (select * from scored o
           where (o.score, o.account_id) < (after_score, after_account)
           order by o.score desc, o.account_id desc limit most) s;
  hits := coalesce(hits, '{}');
end $$;
comment on function agora.search_ranked is
  'Of the best by quality, the next ones behind a score and account, by score: quality with what the search and the viewer make of it added, logarithms all. day moves equals among each other.';

create or replace function agora.search_reasons(
    near agora.tier, clue tsquery[], reasons text[], viewer uuid, out clues tsquery[], out words text[])
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
  clues := clues || array_remove(array[(agora.search_mutual(viewer)).at_home], null);
  words := (words || text 'In your country')[:cardinality(clues)];
end $$;
comment on function agora.search_reasons is
  'The clues of a search with what it means when they match, and those of what the viewer and a member have for each other.';
