-- The words that members are found by: what beginnings of words are spelt out as, and what a misspelt word may
-- have been meant to be.

create or replace function agora.search_words_put(rows agora.search[], at timestamptz, had agora.search[] default '{}') returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- In order, so that two who bring the same words never wait for each other in a circle.
  insert into agora.search_word as w (tier, word, named, keys, seen)
  select n.tier, n.word, n.named,
         case when length(n.word) between 3 and 40 and n.word ~ '[[:alpha:]]'
                   and not exists (select from agora.search_word k where (k.tier, k.word, k.named) = (n.tier, n.word, n.named))
           then agora.word_keys(n.word, n.named) else '{}' end,
         at
    from (select r.tier, t.lexeme collate "C" as word, 'A' = any (t.weights) as named
            from unnest(rows) r, unnest(ts_filter(r.terms, '{a,b,c,d}')) t
          except
          select h.tier, t.lexeme collate "C", 'A' = any (t.weights)
            from unnest(had) h, unnest(ts_filter(h.terms, '{a,b,c,d}')) t) n
   where not exists (select from agora.search_word k
                      where (k.tier, k.word, k.named) = (n.tier, n.word, n.named) and k.seen >= at)
   order by n.tier, n.word, n.named
  on conflict (tier, word, named) do update set seen = greatest(w.seen, excluded.seen);
end $$;
comment on function agora.search_words_put is 'Keeps the words of search rows that are written. at: the beginning of a rebuild, or -infinity when any time will do. had: rows in whose place they come, whose words are kept already.';

create or replace function agora.search_expanded(near agora.tier, query text) returns tsquery
  language plpgsql stable set search_path = '' as $$
declare
  most constant integer := 32; -- words that a beginning is spelt out in
  folded text := agora.search_folded(query);
  beginning text;
  words text[];
begin
  if strpos(folded, ''':*') > 0 then
    for beginning in select distinct m[1] from regexp_matches(folded, '''([^'':=]+)'':[*](?![A-Da-d])', 'g') m loop
      words := array(select w.word from agora.search_word w
                      where w.tier = near and w.word >= beginning and w.word < beginning || chr(1114111)
                      group by w.word
                      limit most + 1);
      if cardinality(words) <= most then
        folded := replace(folded, '''' || beginning || ''':*',
                          case when words = '{}' then '''' || beginning || ''''
                               else '(''' || array_to_string(words, '''|''') || ''')' end);
      end if;
    end loop;
  end if;
  return folded::tsquery;
end $$;
comment on function agora.search_expanded is 'The tsquery that C composed, its words folded, beginnings of words spelt out as the words that there are.';

create or replace function agora.word_distance(one text, other text) returns integer
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select case
      when length(one) = length(other) and d.n = 2 and exists (
        select from generate_series(1, length(one) - 1) i
         where overlay(one placing reverse(substr(one, i, 2)) from i for 2) = other) then 1
      else d.n end
      from (select public.levenshtein(one, other) as n) d);
end $$;
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
            from agora.search_word w where w.tier = near and w.keys <> '{}' and w.word operator(public.%) said) c
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
    had := case when length(typed) < 3 then few else agora.search_count(near, q, hidden, few) end;
    if had < few then
      for word in select l from agora.search_like(near, agora.fold(typed), 30) l where not starts_with(l, agora.fold(typed)) loop
        q := agora.search_query(E'\001' || word || E'\001');
        if agora.search_count(near, q, hidden, had + 1) > had then
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

grant execute on function agora.search_spelling to agora_app;
