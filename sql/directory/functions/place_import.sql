-- Import of places: batches, each in the order of the file. It can be repeated: what is there is brought
-- up to date, nothing is removed.

create or replace function agora.place_names(given jsonb) returns table (place_id text, folded text, name text, rank smallint, population bigint)
  language sql stable set search_path = '' as $$
  with called as (
    select r.id, n.name, n.rank, agora.fold(n.name) as folded, r.population
      from jsonb_to_recordset(given) r (id text, name text, names text[], population bigint)
     cross join lateral unnest(array_prepend(r.name, r.names)) with ordinality n (name, rank)),
  ending as (
    select c.id, c.name, 999 + c.rank as rank, array_to_string(w.words[k:], ' ') as folded, c.population
      from called c
     cross join lateral (select string_to_array(c.folded, ' ') as words) w
     cross join lateral generate_series(2, least(cardinality(w.words), 6)) k
     where length(w.words[k]) >= 3)
  select distinct on (a.id, a.folded) a.id, a.folded, a.name, a.rank::smallint, a.population
    from (select c.id, c.name, c.rank - 1 as rank, c.folded, c.population from called c
          union all
          select e.id, e.name, e.rank, e.folded, e.population from ending e) a
   where a.folded <> ''
   order by a.id, a.folded, a.rank
$$;
comment on function agora.place_names is 'Rows of agora.place_name for a batch of places.';

create or replace function agora.place_import(given text) returns table (added bigint, changed bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  batch jsonb;
  had text[];
begin
  -- What is new or other than it was; the rest is left alone, so that repeating an import is quick.
  select jsonb_agg(r.place || jsonb_build_object('mark', md5(r.place::text))) into batch
    from jsonb_array_elements(given::jsonb) r (place)
   where not exists (select from agora.place p where p.id = r.place ->> 'id' and p.mark = md5(r.place::text));
  had := array(select p.id from agora.place p where p.id in (select b ->> 'id' from jsonb_array_elements(batch) b));

  insert into agora.place (id, kind, country, region_id, name, area, around, latitude, longitude, population, mark)
  select r.id, r.kind, r.country, r.region, r.name,
         concat_ws(', ', g.name, case when r.kind <> 'country' then c.name end),
         -- the region and its code in the country (Texas, TX), the country and its code
         concat(' ' || agora.fold(g.name), ' ' || agora.fold(split_part(r.region, '.', 2)), ' ' || agora.fold(c.name), ' ' || lower(c.code)),
         r.lat, r.lon, r.population, r.mark
    from jsonb_to_recordset(batch) r (id text, kind agora.place_kind, country text, region text, name text,
                                      lat double precision, lon double precision, population bigint, mark text)
    join agora.country c on c.code = r.country
    left join agora.place g on g.id = r.region
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
