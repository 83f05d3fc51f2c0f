-- Search: one row for each member and visibility tier, in strata of quality, best first (docs/design.md,
-- "Search"). A stratum is small enough that its matches are sorted in no time; a search reads them from
-- the best on and stops when its page is full, so that a common word costs no more than a rare one.

create table agora.search (
  tier agora.tier not null check (tier in ('public', 'members')),
  quality integer not null check (quality between 0 and 65535),
  account_id uuid not null,
  facets text[] not null,
  labels text[] not null,
  topics text[] not null,
  terms tsvector not null,
  card text not null,
  until timestamptz
) partition by list (tier);
create table agora.search_public partition of agora.search for values in ('public') partition by range (quality);
create table agora.search_public_1 partition of agora.search_public for values from (0) to (65536);
create table agora.search_members partition of agora.search for values in ('members') partition by range (quality);
create table agora.search_members_1 partition of agora.search_members for values from (0) to (65536);
create index search_terms on agora.search using gin (terms) with (fastupdate = off);
create index search_account on agora.search (account_id);
create index search_until on agora.search (until);
comment on table agora.search is
  'What viewers of a tier can find of each member they may know of; made from agora.profile_visible alone by agora.search_rows. Values that only contacts see are in no row.';
comment on column agora.search.tier is 'Viewers: public (not signed in) or members';
comment on column agora.search.quality is 'Order of results: level, how much is visible at this tier, and a constant of the member''s so that equals mix; no hidden value has a part in it';
comment on column agora.search.account_id is 'Who; each once a tier, kept so by the lock on the profile';
comment on column agora.search.facets is 'What facets count: topics shown, each once, then cc:COUNTRY and vf:LEVEL';
comment on column agora.search.labels is 'Labels of those topics, folded, with a space in front; in the same order';
comment on column agora.search.topics is 'JSON of those topics (openapi: Topic); in the same order';
comment on column agora.search.terms is 'Words of name (A), role (B) and expertise (C), and the structured terms that agora.search_rows tells';
comment on column agora.search.card is 'Finished JSON of the card without its topics';
comment on column agora.search.until is 'When the verification lapses, and the row with it; null without one';

create table agora.search_stratum (
  tier agora.tier not null,
  number integer not null check (number >= 1),
  low integer not null,
  high integer not null,
  primary key (tier, number),
  check (low < high)
);
insert into agora.search_stratum (tier, number, low, high) values ('public', 1, 0, 65536), ('members', 1, 0, 65536);
comment on table agora.search_stratum is 'The partitions of agora.search, best first; set by agora.search_rebuild';
comment on column agora.search_stratum.tier is 'Viewers';
comment on column agora.search_stratum.number is '1 is the best';
comment on column agora.search_stratum.low is 'Least quality in it';
comment on column agora.search_stratum.high is 'First quality above it';

create type agora.search_hit as (
  quality integer,
  account_id uuid
);
comment on type agora.search_hit is 'A row of agora.search that matches, by its place in the order';

create table agora.search_dirty (
  account_id uuid primary key references agora.account on delete cascade,
  since timestamptz not null default now()
);
comment on table agora.search_dirty is 'Members whose search rows the worker has to make anew: a topic''s label or place changed, or a rebuild was running';
comment on column agora.search_dirty.account_id is 'Whose';
comment on column agora.search_dirty.since is 'Since when';

create table agora.topic_use (
  tier agora.tier not null,
  concept_id text not null references agora.concept on delete cascade,
  members integer not null,
  primary key (tier, concept_id)
);
create index topic_use_most on agora.topic_use (tier, members desc);
comment on table agora.topic_use is 'How many members show a topic to viewers of a tier';
comment on column agora.topic_use.tier is 'Viewers';
comment on column agora.topic_use.concept_id is 'Topic';
comment on column agora.topic_use.members is 'Members with it in agora.search';

create table agora.search_secret (
  one boolean primary key default true check (one),
  secret bytea not null
);
insert into agora.search_secret (secret) values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
comment on table agora.search_secret is 'Key that seals the cursors of search pages';
comment on column agora.search_secret.one is 'There is one row';
comment on column agora.search_secret.secret is '32 random octets';

create function agora.account_search() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.search_touch(new.id);
  return null;
end $$;
comment on function agora.account_search is 'Keeps search in step when an account is confirmed, suspended or gets another handle.';

create trigger account_search after update of state, handle on agora.account
  for each row when (old.state is distinct from new.state or old.handle is distinct from new.handle)
  execute function agora.account_search();
