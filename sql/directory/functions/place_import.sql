-- Import of places: batches, each in the order of the file. It can be repeated: what is there is brought
-- up to date, nothing is removed.

create or replace function agora.fold_each(texts text[]) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select array_agg(btrim(w.folded) order by w.n)
      from string_to_table(agora.fold(array_to_string(texts, ' x0gap0x ')), 'x0gap0x') with ordinality w (folded, n));
end $$;
comment on function agora.fold_each is
  'agora.fold of each of a list without nulls, in one go: for thousands of names that takes a tenth of the time.';

create or replace function agora.place_names(given jsonb) returns table (place_id text, folded text, name text, rank smallint, population bigint)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  with called as materialized (
    select r.id, n.name, n.rank, r.population, row_number() over () as line
      from jsonb_to_recordset(given) r (id text collate "C", name text, names text[], population bigint)
     cross join lateral unnest(array_prepend(r.name, r.names)) with ordinality n (name, rank)),
  found as materialized (
    select c.id, c.name, c.rank, c.population, f.folded collate "C" as folded
      from called c
      join unnest(agora.fold_each(array(select c.name from called c order by c.line))) with ordinality f (folded, line) using (line)),
  ending as (
    select c.id, c.name, 999 + c.rank as rank, array_to_string(w.words[k:], ' ') as folded, c.population
      from found c
     cross join lateral (select string_to_array(c.folded, ' ') as words) w
     cross join lateral generate_series(2, least(cardinality(w.words), 6)) k
     where strpos(c.folded, ' ') > 0 and length(w.words[k]) >= 3)
  select distinct on (a.id, a.folded) a.id, a.folded, a.name, a.rank::smallint, a.population
    from (select c.id, c.name, c.rank - 1 as rank, c.folded, c.population from found c
          union all
          select e.id, e.name, e.rank, e.folded, e.population from ending e) a
   where a.folded <> ''
   order by a.id, a.folded, a.rank;
end $$;
comment on function agora.place_names is 'Rows of agora.place_name for a batch of places.';

create or replace function agora.place_import(given text) returns table (added bigint, changed bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  batch jsonb;
  had text[];
begin
  -- What is new or other than it was; the rest is left alone, so that repeating an import is quick.
  select jsonb_agg(r.place || jsonb_build_object('mark', r.mark)) into batch
    from (select e.place, md5(e.place::text) as mark from jsonb_array_elements(given::jsonb) e (place) offset 0) r
   where not exists (select from agora.place p where p.id = r.place ->> 'id' and p.mark = r.mark);
  had := array(select p.id from agora.place p where p.id in (select b ->> 'id' from jsonb_array_elements(batch) b));

  with arrived as materialized (
    select r.*
      from jsonb_to_recordset(batch) r (id text, kind agora.place_kind, country text, region text, name text,
                                        lat double precision, lon double precision, population bigint, mark text)),
  area as materialized ( -- each once, since folding is what takes the time
    select a.country, a.region, c.name as country_name, g.name as region_name,
           -- the region and its code in the country (Texas, TX), the country and its code
           concat(' ' || agora.fold(g.name), ' ' || agora.fold(split_part(a.region, '.', 2)), ' ' || agora.fold(c.name), ' ' || lower(c.code)) as around
      from (select distinct country, region from arrived) a
      join agora.country c on c.code = a.country
      left join agora.place g on g.id = a.region)
  insert into agora.place (id, kind, country, region_id, name, area, around, latitude, longitude, population, mark)
  select r.id, r.kind, r.country, r.region, r.name,
         concat_ws(', ', a.region_name, case when r.kind <> 'country' then a.country_name end), a.around,
         r.lat, r.lon, r.population, r.mark
    from arrived r
    join area a on a.country = r.country and coalesce(a.region, '') = coalesce(r.region, '')
  on conflict (id) do update
     set kind = excluded.kind, country = excluded.country, region_id = excluded.region_id, name = excluded.name,
         area = excluded.area, around = excluded.around, latitude = excluded.latitude, longitude = excluded.longitude,
         population = excluded.population, mark = excluded.mark;

  delete from agora.place_name n where n.place_id = any (had);
  insert into agora.place_name (place_id, folded, name, rank, population)
  select n.place_id, n.folded, n.name, n.rank, n.population from agora.place_names(batch) n;

  -- Who is where something changed is found by other terms than before.
  insert into agora.search_dirty (account_id)
  select p.account_id from agora.profile p where p.place_id = any (had)
  on conflict (account_id) do nothing;
  changed := cardinality(had);
  added := coalesce(jsonb_array_length(batch), 0) - changed;
  return next;
end $$;
comment on function agora.place_import is
  'Brings a batch of places in: JSON list of {id, kind, country, region, lat, lon, population, name, names}, each id once; a region comes in an earlier batch than its cities. Follow with agora.place_close.';

create or replace function agora.place_close() returns void
  language plpgsql security definer set search_path = '' as $$
begin
  analyze agora.place, agora.place_name;
  perform pg_notify('agora_search', '');
end $$;
comment on function agora.place_close is 'Ends an import of places.';

grant execute on function agora.place_import, agora.place_close to agora_app;
