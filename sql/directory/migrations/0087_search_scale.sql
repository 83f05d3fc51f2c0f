-- Search at a million members: a rebuild that goes by portions beside the searches, and a random sample
-- that facets of broad searches are counted in.

drop function if exists agora.search_words(text[]);
drop function if exists agora.search_bounds(agora.tier, integer);
drop function if exists agora.search_swap(agora.tier, integer);
drop function if exists agora.search_survey(agora.tier, tsquery, uuid[], integer, integer);
drop function if exists agora.search_count(agora.tier, tsquery, uuid[], agora.search_stratum, integer);
drop function if exists agora.search_facet(text, text, bigint);
drop function if exists agora.search_hits(agora.tier, tsquery, uuid[], integer, uuid, integer);
drop function if exists agora.search_facets(text);

-- What a rebuild makes, before it takes the place of agora.search.
create table agora.search_next (like agora.search including constraints including storage) partition by list (tier);
comment on table agora.search_next is 'The rows of agora.search that a rebuild is making';
comment on column agora.search_next.tier is 'As in agora.search';
comment on column agora.search_next.quality is 'As in agora.search';
comment on column agora.search_next.account_id is 'As in agora.search';
comment on column agora.search_next.facets is 'As in agora.search';
comment on column agora.search_next.labels is 'As in agora.search';
comment on column agora.search_next.topics is 'As in agora.search';
comment on column agora.search_next.terms is 'As in agora.search';
comment on column agora.search_next.card is 'As in agora.search';
comment on column agora.search_next.until is 'As in agora.search';
comment on column agora.search_next.parts is 'As in agora.search';
comment on column agora.search_next.merits is 'As in agora.search';

create table agora.search_next_stratum (like agora.search_stratum including constraints, primary key (tier, number));
comment on table agora.search_next_stratum is 'The partitions of agora.search_next, best first';
comment on column agora.search_next_stratum.tier is 'As in agora.search_stratum';
comment on column agora.search_next_stratum.number is 'As in agora.search_stratum';
comment on column agora.search_next_stratum.low is 'As in agora.search_stratum';
comment on column agora.search_next_stratum.high is 'As in agora.search_stratum';

create table agora.search_build (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  begun timestamptz not null default now()
);
comment on table agora.search_build is 'The rebuild that is running, or was given up; no row without one';
comment on column agora.search_build.one is 'There is one row at most';
comment on column agora.search_build.id is 'Which one: who works for an earlier one is refused';
comment on column agora.search_build.begun is 'Since when';

create table agora.search_portion (
  number bigint primary key,
  first uuid not null,
  beyond uuid
);
comment on table agora.search_portion is 'The portions of a rebuild, by account';
comment on column agora.search_portion.number is 'From 0';
comment on column agora.search_portion.first is 'First account of it';
comment on column agora.search_portion.beyond is 'First account of the next one; null in the last';

create table agora.search_changed (
  account_id uuid primary key,
  times integer not null default 1
);
comment on table agora.search_changed is 'Members who have changed since the rebuild began: it makes their rows once more';
comment on column agora.search_changed.account_id is 'Who';
comment on column agora.search_changed.times is 'Raised by each change, so that the rebuild waits for one that is in hand';

-- The sample.
create table agora.search_sample (
  tier agora.tier not null check (tier in ('public', 'members')),
  part integer not null check (part between 1 and 7),
  account_id uuid not null,
  facets text[] not null,
  terms tsvector not null
) partition by list (part);
do $$
begin
  for part in 1 .. 7 loop
    execute format('create table agora.search_sample_%1$s partition of agora.search_sample for values in (%1$s) partition by list (tier)', part);
    execute format('create table agora.search_sample_%1$s_public partition of agora.search_sample_%1$s for values in (''public'')', part);
    execute format('create table agora.search_sample_%1$s_members partition of agora.search_sample_%1$s for values in (''members'')', part);
  end loop;
end $$;
create index search_sample_account on agora.search_sample (account_id);
create index search_sample_terms on agora.search_sample using gin (terms) with (fastupdate = off);
comment on table agora.search_sample is
  'Search rows of a random, fixed share of all members, that estimates are made from; kept with agora.search. Which members are in it follows from their id alone.';
comment on column agora.search_sample.tier is 'As in agora.search';
comment on column agora.search_sample.part is '1 to 7, each about as many as all before it: an estimate reads no more than it needs';
comment on column agora.search_sample.account_id is 'Who';
comment on column agora.search_sample.facets is 'As in agora.search';
comment on column agora.search_sample.terms is 'As in agora.search';

create table agora.search_share (
  one boolean primary key default true check (one),
  share integer not null check (share between 0 and 16777216)
);
insert into agora.search_share (share) select least(16777216, 16777216::bigint * 16000 / greatest(count(*), 1)) from agora.profile;
comment on table agora.search_share is 'How many of 16,777,216 members are in agora.search_sample';
comment on column agora.search_share.one is 'There is one row';
comment on column agora.search_share.share is 'So many: about 16,000 of all, or everyone; set by a rebuild';

insert into agora.search_sample
select s.tier, (select min(p) from generate_series(1, 7) p where k.place < h.share >> (7 - p)),
       s.account_id, s.facets, s.terms
  from agora.search s
 cross join agora.search_share h
 cross join lateral (select uuid_hash_extended(s.account_id, 24) & 16777215 as place) k
 where k.place < h.share;

-- Completion finds labels that begin with what was typed.
create index concept_label_folded on agora.concept_label (folded collate "C");
