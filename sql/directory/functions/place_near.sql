-- Distance, by the haversine formula on a globe of 6,371 km: half a percent off at most, and what is
-- told of it is rounded far more. The square of the straight line through the globe between two points
-- of radius 1 is four times the haversine of the angle between them, so that nearness needs no sines.

create or replace function agora.distance_told(one agora.place, other agora.place) returns integer
  language plpgsql immutable strict set search_path = '' as $$
declare
  km double precision;
begin
  if one.kind <> 'city' or other.kind <> 'city' then
    return null;
  end if;
  km := 12742 * asin(least(1, sqrt(power(one.x - other.x, 2) + power(one.y - other.y, 2) + power(one.z - other.z, 2)) / 2));
  return case when km <= 100 then greatest(10, ceil(km / 10) * 10) else ceil(km / 50) * 50 end;
end $$;
comment on function agora.distance_told is
  'Kilometres between two cities as people are told them: in tens up to 100, then in fifties, never less than 10. Null when one of them is no city.';

create or replace function agora.place_distance(one text, other text) returns integer
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select agora.distance_told(a, b) from agora.place a, agora.place b where a.id = one and b.id = other);
end $$;
comment on function agora.place_distance is 'agora.distance_told between two places by their ids; null when there is no such place.';

create or replace function agora.place_of(account uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select p.place_id from agora.profile p where p.account_id = account);
end $$;
comment on function agora.place_of is 'The place of a viewer, for distances that are told to that viewer alone.';

create or replace function agora.card_place(card text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  -- Reading the whole as JSON would take ten times as long. In a value quotes are escaped, so that no
  -- words of a member's look like this.
  return substring(card from '"place_id": "([0-9A-Z.-]+)"');
end $$;
comment on function agora.card_place is 'The place of a finished card (agora.search.card); null where it tells none.';

create or replace function agora.place_circle(here agora.place, km integer, chord double precision, out exact text[], out rounded text[], out coarse text[])
  language plpgsql stable set search_path = '' as $$
begin
  -- A cell all of whose cities are within stands for them. Where that still leaves too many terms, the
  -- rim is rounded to cells that have at least half of their cities within.
  with city as materialized (
    select p.id, p.cell, p.wide, power(p.x - here.x, 2) + power(p.y - here.y, 2) + power(p.z - here.z, 2) <= chord as near
      from agora.place p
     where p.kind = 'city' and p.latitude between here.latitude - km / 110.0 - 4 and here.latitude + km / 110.0 + 4),
  wide as (
    select c.wide, bool_and(c.near) as whole, count(*) filter (where c.near) * 2 >= count(*) as mostly from city c group by c.wide),
  small as (
    select c.cell, w.whole as within, bool_and(c.near) as whole, count(*) filter (where c.near) * 2 >= count(*) as mostly
      from city c join wide w on w.wide = c.wide
     group by c.cell, w.whole),
  big as (select coalesce(array_agg('kb:' || w.wide order by w.wide), '{}') as terms from wide w where w.whole)
  select big.terms
           || array(select 'ka:' || s.cell from small s where s.whole and not s.within order by s.cell)
           || array(select 'pl:' || c.id from city c join small s on s.cell = c.cell where c.near and not s.whole order by c.id),
         big.terms || array(select 'ka:' || s.cell from small s where s.mostly and not s.within order by s.cell),
         array(select 'kb:' || w.wide from wide w where w.mostly order by w.wide)
    into exact, rounded, coarse
    from big;
end $$;
comment on function agora.place_circle is
  'Terms that together mean all cities within km of one, chord the square of the straight line that is as far: exactly, with the rim rounded to cells of 1°, and to cells of 4°.';

create or replace function agora.place_near(name text, km integer) returns setof text
  language plpgsql stable security definer set search_path = '' as $$
declare
  most constant integer := 500;
  here agora.place := agora.place_named(name);
  reach constant integer := least(greatest(km, 1), 2000);
  chord constant double precision := power(2 * sin(reach / 12742.0), 2);
  terms text[];
  circle record;
begin
  if here.id is null then
    return;
  end if;
  if here.kind <> 'city' then
    return next 'pl:' || lower(here.id);
    return;
  end if;
  terms := array(
    select 'pl:' || p.id
      from agora.place p
     where p.kind = 'city' and p.latitude between here.latitude - reach / 110.0 and here.latitude + reach / 110.0
       and power(p.x - here.x, 2) + power(p.y - here.y, 2) + power(p.z - here.z, 2) <= chord
     order by p.population desc, p.id
     limit most + 1);
  if cardinality(terms) > most then
    circle := agora.place_circle(here, reach, chord);
    terms := case when cardinality(circle.exact) <= most then circle.exact
                  when cardinality(circle.rounded) <= most then circle.rounded
                  else circle.coarse end;
  end if;
  return query select t from unnest(terms) t;
end $$;
comment on function agora.place_near is
  'Terms of search rows (agora.place_terms), any of which means being within km (1 to 2,000) of a city, by id or name; at most 500, for which the rim of a great circle is rounded. Of a region or country its own term: who is in it. No row when there is no such place.';

grant execute on function agora.place_near to agora_app;
