-- Places as people name them: completion, and which place a name means.

create or replace function agora.place_json(p agora.place, called text default null) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('id', p.id, 'kind', p.kind, 'name', coalesce(called, p.name), 'area', p.area, 'country', p.country);
end $$;
comment on function agora.place_json is 'A place (openapi: Place) under the name it was found by.';

create or replace function agora.place_detail(wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select agora.place_json(p)::text from agora.place p where p.id = upper(wanted));
end $$;
comment on function agora.place_detail is 'A place (openapi: Place) by its id; null when there is none.';

create or replace function agora.place_words_in(words text[]) returns text[]
  language plpgsql immutable set search_path = '' as $$
begin
  return (select coalesce(array_agg('% ' || w.word || '%'), '{}') from unnest(words) w (word));
end $$;
comment on function agora.place_words_in is
  'Patterns, all of which place.around is like where each of the words begins one of the names of where the place is. Words are folded.';

create or replace function agora.place_begins(begin text, most integer) returns setof agora.place_name
  language plpgsql stable rows 20
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  beyond constant text collate "C" := begin || U&'\+10FFFF';
  got integer;
begin
  if begin = '' then
    return;
  end if;
  -- So many names begin with a letter or two that to order all of them takes long: those of large cities,
  -- by the small index of theirs (place_name_large), are nearly always enough.
  return query
  select n.* from agora.place_name n
   where n.folded >= begin and n.folded < beyond and n.population >= 500000
   order by n.population desc
   limit most;
  get diagnostics got = row_count;
  if got < most then
    return query
    select n.* from agora.place_name n
     where n.folded >= begin and n.folded < beyond and n.population < 500000
     order by n.population desc
     limit most - got;
  end if;
end $$;
comment on function agora.place_begins is
  'Names, or ends of names from a word on, that begin so, folded as it is; of the largest places first.';

create or replace function agora.place_complete(typed text, most integer) returns jsonb
  language plpgsql stable security definer
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set jit = off as $$
declare
  all_of_it text := agora.fold(typed);
  words text[] := string_to_array(all_of_it, ' ');
  exact text := nullif(lower(btrim(typed)), all_of_it); -- with accents that tell which name is meant
  named agora.place_name[] := array(select b from agora.place_begins(all_of_it, 100 + most) b);
  called integer := least(cardinality(words), 6);
  found jsonb;
begin
  -- The last words may say where it is. Where the name begins with a letter or two, the largest places have to do.
  while called > 1 and cardinality(named) < most loop
    called := called - 1;
    named := named || array(
      select b from agora.place_begins(array_to_string(words[:called], ' '), case when length(words[1]) < 3 then 400 else 1000 end) b
        join agora.place p on p.id = b.place_id
       where p.around like all ((select agora.place_words_in(words[called + 1:]))::text[])
       limit 100);
  end loop;
  -- A place has several names that begin so; the one shown is the one most like what was typed. Names
  -- that few people use, and ends of names, come behind those of places less large; and a region, whose id has
  -- a dot, behind the town that it is called after.
  with once as (
    select distinct on (n.place_id) n.place_id, n.name,
           n.population / case when n.rank < 4 then 1 when n.rank < 1000 then 20 else 5 end
                        / case when strpos(n.place_id, '.') > 0 then 8 else 1 end as weight
      from unnest(named) n
     order by n.place_id, n.rank >= 1000, starts_with(lower(n.name), exact) desc nulls last, n.rank),
  best as (
    select o.* from once o order by o.weight desc, o.place_id limit most)
  select jsonb_agg(agora.place_json(p, b.name) order by b.weight desc, b.place_id) into found
    from best b join agora.place p on p.id = b.place_id;
  return coalesce(found, '[]');
end $$;
comment on function agora.place_complete is
  'A list of places (openapi: Place) one of whose names begins as typed, or has a word that does, the largest first, towns before regions; words that follow may name the region or country instead: paris texas.';

create or replace function agora.place_named(wanted text) returns agora.place
  language plpgsql stable security definer set search_path = '' as $$
declare
  words text[] := string_to_array(agora.fold(wanted), ' ');
  p agora.place;
begin
  select * into p from agora.place q where q.id = upper(btrim(wanted)) and (q.kind = 'city' or wanted = upper(wanted));
  if found or words = '{}' then
    return p;
  end if;
  -- The longest name that the words begin with; what is left of them says where.
  select q.* into p
    from generate_series(1, least(cardinality(words), 12)) n
    join agora.place_name m on m.folded = array_to_string(words[:n], ' ') and m.rank < 1000
    join agora.place q on q.id = m.place_id
   where q.around like all (agora.place_words_in(words[n + 1:]))
   order by n desc, q.kind, q.population desc, q.id
   limit 1;
  return p;
end $$;
comment on function agora.place_named is
  'The place that is meant by an id or a name, the region or country behind it if need be (Paris, Texas): a city rather than a region, the larger rather than the smaller. Null when there is none.';

create or replace function agora.place_terms(p agora.place) returns text[]
  language plpgsql immutable set search_path = '' as $$
begin
  return array_remove(array['pl:' || lower(p.id), 'pl:' || lower(p.region_id), 'pl:' || lower(p.country),
                            case when p.kind = 'city' then 'ka:' || p.cell end,
                            case when p.kind = 'city' then 'kb:' || p.wide end], null);
end $$;
comment on function agora.place_terms is
  'Terms of search rows for who is at a place: pl: the place, its region and its country; ka: and kb: the cells it is in.';

grant execute on function agora.place_detail, agora.place_complete to agora_app;
