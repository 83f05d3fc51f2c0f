-- Correction of spelling: the words that members are found by, and which of them a misspelt one may be.

create or replace function agora.search_word_put(tiers agora.tier[], rows tsvector[]) returns void
  language sql security definer set search_path = '' as $$
  -- In order, so that two changes never wait for each other in a circle.
  insert into agora.search_word (tier, word, named, keys)
  select d.tier, d.word, d.named, agora.word_keys(d.word, d.named)
    from (select distinct f.tier, u.lexeme as word, 'A' = any (u.weights) as named
            from unnest(tiers, rows) f (tier, terms), unnest(f.terms) u
           where u.positions is not null and length(u.lexeme) between 3 and 40 and u.lexeme ~ '[[:alpha:]]') d
   where not exists (select from agora.search_word w where (w.tier, w.word, w.named) = (d.tier, d.word, d.named))
   order by d.tier, d.word, d.named
  on conflict do nothing
$$;
comment on function agora.search_word_put is 'Takes in those words of search rows that are new; a tier and the terms of each row.';

create or replace function agora.search_word_make() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  near agora.tier;
begin
  create temporary table search_word_made (tier agora.tier, word text, named boolean) on commit drop;
  foreach near in array '{members,public}'::agora.tier[] loop
    insert into pg_temp.search_word_made
    select near, s.word, n.named
      from (values (true, 'a'), (false, 'bc')) n (named, weights)
     cross join lateral ts_stat(format('select s.terms from agora.search s where s.tier = %L', near), n.weights) s
     where length(s.word) between 3 and 40 and s.word ~ '[[:alpha:]]';
  end loop;
  delete from agora.search_word w
   where not exists (select from pg_temp.search_word_made m where (m.tier, m.word, m.named) = (w.tier, w.word, w.named));
  insert into agora.search_word (tier, word, named, keys)
  select m.tier, m.word, m.named, agora.word_keys(m.word, m.named) from pg_temp.search_word_made m
   where not exists (select from agora.search_word w where (m.tier, m.word, m.named) = (w.tier, w.word, w.named))
   order by m.tier, m.word, m.named
  on conflict do nothing;
  drop table pg_temp.search_word_made;
  analyze agora.search_word;
end $$;
comment on function agora.search_word_make is 'Brings agora.search_word in line with all search rows; after a rebuild, in a transaction of its own, since it reads them all. A word that somebody shows for the first time at that moment may be left out until they change something again.';

create or replace function agora.search_finds(near agora.tier, q tsquery, hidden uuid[], most integer) returns integer
  language plpgsql stable
  -- One plan for all queries, by the indexes; which stratum it reads is pruned when it runs.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  s agora.search_stratum;
  n integer := 0;
begin
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    n := n + (select count(*) from (select from agora.search r
                                     where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
                                       and r.account_id <> all (hidden)
                                     limit most - n) m);
    exit when n >= most;
  end loop;
  return n;
end $$;
comment on function agora.search_finds is 'How many members match, counted up to most; the best strata first.';

create or replace function agora.word_distance(one text, other text) returns integer
  language sql immutable parallel safe set search_path = '' as $$
  select case
    when length(one) = length(other) and d.n = 2 and exists (
      select from generate_series(1, length(one) - 1) i
       where overlay(one placing reverse(substr(one, i, 2)) from i for 2) = other) then 1
    else d.n end
    from (select public.levenshtein(one, other) as n) d
$$;
comment on function agora.word_distance is 'In how many letters two words differ; two neighbours that have changed places count once.';

create or replace function agora.search_like(near agora.tier, typed text, most integer) returns setof text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  said text := agora.fold(agora.latin(typed));
  sounds text[] := agora.word_sounds(said);
begin
  if length(typed) not between 3 and 40 then
    return;
  end if;
  return query
  select c.word
    from (select distinct on (w.word) w.word, least(agora.word_distance(w.word, typed), agora.word_distance(w.word, said)) as far,
                 case when w.keys && sounds then 1 else 0 end as heard, greatest(public.similarity(w.word, typed), public.similarity(w.word, said)) as likeness
            from agora.search_word w
           where w.tier = near and w.keys && (agora.word_keys(typed, false) || agora.word_keys(said, false) || sounds)
           order by w.word, w.named desc) c
   where c.word <> typed
     and (c.far <= 1 or c.far = 2 and length(typed) >= 5 or c.heard = 1 and (c.likeness >= 0.25 or c.far = 2))
   order by c.far - 0.5 * c.heard, c.likeness desc, c.word
   limit most;
  if found or length(typed) < 6 then
    return;
  end if;
  -- Two mistakes or more: by the letters they share, three at a time.
  return query
  select c.word
    from (select distinct w.word, public.similarity(w.word, said) as likeness
            from agora.search_word w where w.tier = near and w.word operator(public.%) said) c
   where c.likeness >= 0.4 and public.levenshtein(c.word, said) <= 3
   order by c.likeness desc, c.word
   limit most;
end $$;
comment on function agora.search_like is
  'Words at a tier that one may be a misspelling of, the likeliest first: those one letter away, those that sound the same, then by trigrams.';

create or replace function agora.search_written(near agora.tier, q tsquery, hidden uuid[], word text) returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  s agora.search_stratum;
  told text;
begin
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    select (r.card::jsonb - '{handle,verified}'::text[])::text || ' ' || array_to_string(r.topics, ' ') into told
      from agora.search r
     where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q and r.account_id <> all (hidden)
     limit 1;
    exit when found;
  end loop;
  return coalesce((select w from regexp_split_to_table(told, '[^[:alnum:]]+') w where agora.fold(w) = word limit 1), word);
end $$;
comment on function agora.search_written is 'A word as somebody who is found by it writes it on their card, with its capitals and accents.';

create or replace function agora.search_spelling(viewer uuid, words text[]) returns setof text
  language plpgsql stable security definer set search_path = '' as $$
declare
  few constant integer := 3;
  near agora.tier := agora.search_tier(viewer);
  hidden uuid[] := case when near = 'public' then '{}' else agora.search_hidden(viewer) end;
  typed text;
  word text;
  q tsquery;
  had integer;
  better text;
begin
  foreach typed in array words loop
    better := null;
    q := agora.search_query(E'\001' || typed || E'\001:*');
    had := case when length(typed) < 3 then few else agora.search_finds(near, q, hidden, few) end;
    if had < few then
      for word in select l from agora.search_like(near, agora.fold(typed), 30) l where not starts_with(l, agora.fold(typed)) loop
        q := agora.search_query(E'\001' || word || E'\001');
        if agora.search_finds(near, q, hidden, had + 1) > had then
          better := agora.search_written(near, q, hidden, word);
          exit;
        end if;
      end loop;
    end if;
    return next better;
  end loop;
end $$;
comment on function agora.search_spelling is
  'For each word typed, another spelling that finds more members whom the viewer may see; null where the word itself finds three or more, or nothing is like it.';

grant execute on function agora.search_spelling, agora.search_word_make to agora_app;
