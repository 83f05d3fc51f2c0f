-- Places: countries, regions of the first order and cities, so that a profile can say where a member is
-- in a way that a search can measure. Loaded from data/places.csv by agoractl places import.

-- Kosovo has no code of ISO 3166-1 yet; XK is the one of its user-assigned codes that is in use for it.
insert into agora.country (code, name) values ('XK', 'Kosovo') on conflict do nothing;

create type agora.place_kind as enum ('city', 'region', 'country');

create table agora.place (
  id text collate "C" primary key check (id ~ '^([1-9][0-9]{0,9}|[A-Z]{2}([.][A-Z0-9-]{1,10})?)$'),
  kind agora.place_kind not null,
  country text not null references agora.country,
  region_id text collate "C" references agora.place,
  name text not null check (length(name) between 1 and 100),
  area text not null,
  around text not null,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  population bigint not null check (population >= 0),
  mark text not null,
  x double precision not null generated always as (cosd(latitude) * cosd(longitude)) stored,
  y double precision not null generated always as (cosd(latitude) * sind(longitude)) stored,
  z double precision not null generated always as (sind(latitude)) stored,
  cell integer not null generated always as
    ((least(floor(latitude), 89)::integer + 90) * 360 + least(floor(longitude), 179)::integer + 180) stored,
  wide integer not null generated always as
    ((least(floor(latitude), 89)::integer + 90) / 4 * 90 + (least(floor(longitude), 179)::integer + 180) / 4) stored,
  check (kind = 'city' or region_id is null)
);
create index place_latitude on agora.place (latitude) where kind = 'city';
create index place_region on agora.place (region_id);
comment on table agora.place is 'Countries, regions and cities, from GeoNames (data/README.md); nothing is removed, since profiles refer to them';
comment on column agora.place.id is 'City: number at GeoNames; region: its code there, CH.ZH; country: ISO 3166-1 alpha-2';
comment on column agora.place.kind is 'What it is; only of cities is there a distance';
comment on column agora.place.country is 'In which country, or which it is';
comment on column agora.place.region_id is 'Region of a city, where that is known';
comment on column agora.place.name is 'Name at GeoNames, often in English';
comment on column agora.place.area is 'What tells it from others of that name: region and country';
comment on column agora.place.around is 'Words of area and its codes, folded, each with a space in front';
comment on column agora.place.latitude is 'Of a city its middle; of an area the middle of its people';
comment on column agora.place.longitude is 'See latitude; east is positive';
comment on column agora.place.population is 'Inhabitants; of an area those of its towns';
comment on column agora.place.mark is 'Hash of what was imported: an import skips what is as it was';
comment on column agora.place.x is 'Where it is on a globe of radius 1: towards 0° N 0° E';
comment on column agora.place.y is 'Towards 0° N 90° E';
comment on column agora.place.z is 'Towards the north pole';
comment on column agora.place.cell is 'Which cell of 1° by 1° it is in: a term that stands for many places';
comment on column agora.place.wide is 'Which cell of 4° by 4°, each of 16 of the others';

-- Without a foreign key: agora.place_import alone writes here, names with their place, and to check each of
-- a hundred thousand would take it a quarter longer.
create table agora.place_name (
  place_id text collate "C" not null,
  folded text collate "C" not null,
  name text not null check (length(name) between 1 and 100),
  rank smallint not null,
  population bigint not null,
  primary key (place_id, folded)
);
create index place_name_folded on agora.place_name (folded);
create index place_name_large on agora.place_name (folded) where population >= 500000;
comment on table agora.place_name is 'What a place is found by: its names in several languages, each once as folded, and what is left of them from their second word on';
comment on column agora.place_name.place_id is 'Place';
comment on column agora.place_name.folded is 'The name, or its end from a word on, as search compares it: agora.fold';
comment on column agora.place_name.name is 'The whole name as it is shown';
comment on column agora.place_name.rank is '0 the name at GeoNames, then others; from 1000 on the ends of names';
comment on column agora.place_name.population is 'That of the place, so that one index finds and orders';

alter table agora.profile add column place_id text collate "C" references agora.place;
create index profile_place on agora.profile (place_id);
comment on column agora.profile.place_id is 'Place on the list that place names, for distances; shown to who may see place';
