-- Saved searches with their alerts, how many people a viewer is shown in a day, who could introduce whom,
-- and questions to the organisation by members who found nobody.

insert into agora.policy (key, value, meaning) values
  ('search.people_a_day', '300', 'Different members that search shows a signed-in member in a day before it slows down; 0 for no limit'),
  ('search.people_a_day_network', '300', 'The same for everybody who is not signed in, together for each network address; 0 for no limit'),
  ('search.people_slow', '150', 'Different members that search shows after that, with a pause before each page'),
  ('search.people_pause_seconds', '30', 'That pause, seconds'),
  ('search.saved', '50', 'Searches that a member may save'),
  ('search.saved_people', '200', 'New members that one saved search tells of at a time, at most'),
  ('search.change_days', '15', 'Days for which changes of search rows are kept for saved searches; longer than a week and the longest time the worker may be away'),
  ('concierge.open', '3', 'Questions to the organisation that a member may have open'),
  ('concierge.keep_days', '180', 'Days after which a question is forgotten, answered or not');

-- What has changed. Only what is in search rows: a value that a tier does not see is not here.
create table agora.search_change (
  id bigint generated always as identity primary key,
  tier agora.tier not null,
  account_id uuid not null references agora.account on delete cascade,
  at timestamptz not null default now(),
  had tsvector,
  terms tsvector,
  touched tsvector not null
) with (toast_tuple_target = 8160); -- in its row, so that a change is read at once
create index search_change_touched on agora.search_change using gin (touched) with (fastupdate = off);
create index search_change_account on agora.search_change (account_id, tier, id);
create index search_change_at on agora.search_change (at);
comment on table agora.search_change is
  'Changes of what a member is found by, for the alerts of saved searches: whoever matches now and did not before is new. Written by agora.search_note only while somebody waits for alerts; kept for search.change_days.';
comment on column agora.search_change.id is 'Order; of one member''s changes the true one, since they wait for each other';
comment on column agora.search_change.tier is 'Viewers whose row it was';
comment on column agora.search_change.account_id is 'Who changed';
comment on column agora.search_change.at is 'When the transaction of the change began';
comment on column agora.search_change.had is 'What they were found by before; null when they were not there';
comment on column agora.search_change.terms is 'What they were found by after; null when they were gone';
comment on column agora.search_change.touched is 'The words and terms that came, went or stand elsewhere (agora.terms_touched), and a term for tier and day: of these alone the index is made';

create type agora.alert_every as enum ('never', 'daily', 'weekly');
comment on type agora.alert_every is 'How often a saved search looks for new members.';

create table agora.saved_search (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  name text not null check (length(name) between 1 and 80),
  q text not null default '' check (length(q) <= 200),
  topics text[] not null default '{}' check (cardinality(topics) <= 10),
  countries text[] not null default '{}' check (cardinality(countries) <= 20),
  level smallint check (level between 1 and 4),
  near text check (length(near) <= 100),
  km integer check (km between 1 and 2000),
  every agora.alert_every not null default 'weekly',
  by_mail boolean not null default true,
  paused boolean not null default false,
  created_at timestamptz not null default now(),
  mark timestamptz not null default now(),
  due_at timestamptz,
  looked_at timestamptz not null default now(),
  alerted_at timestamptz,
  unique (account_id, name),
  check (near is not null or km is null),
  check ((due_at is null) = (every = 'never' or paused))
);
create index saved_search_due on agora.saved_search (due_at) where due_at is not null;
comment on table agora.saved_search is 'A search that a member keeps: as it was typed, to be taken apart anew each time it is run.';
comment on column agora.saved_search.id is 'Identity; ordered by time';
comment on column agora.saved_search.account_id is 'Whose';
comment on column agora.saved_search.name is 'What the member calls it; no two of one member alike';
comment on column agora.saved_search.q is 'Words and operators as typed';
comment on column agora.saved_search.topics is 'Topics asked for, any of them';
comment on column agora.saved_search.countries is 'Countries asked for, any of them';
comment on column agora.saved_search.level is 'Level asked for at least; null for any';
comment on column agora.saved_search.near is 'Id of the place to be near; null for anywhere. Places are brought in anew, so that it may be gone';
comment on column agora.saved_search.km is 'How far from it; null for the usual distance';
comment on column agora.saved_search.every is 'How often it looks for new members';
comment on column agora.saved_search.by_mail is 'Whether it tells of them by e-mail too; ended by one click in the e-mail';
comment on column agora.saved_search.paused is 'Whether it looks for nobody for now';
comment on column agora.saved_search.created_at is 'When it was saved';
comment on column agora.saved_search.mark is 'High-water mark: changes up to here have been looked at';
comment on column agora.saved_search.due_at is 'When it looks next; null when it does not';
comment on column agora.saved_search.looked_at is 'When the member last looked at what it found: whoever came later is new';
comment on column agora.saved_search.alerted_at is 'When it last told of somebody';

create table agora.saved_search_told (
  search_id uuid not null references agora.saved_search on delete cascade,
  account_id uuid not null references agora.account on delete cascade,
  at timestamptz,
  primary key (search_id, account_id)
);
create index saved_search_told_account on agora.saved_search_told (account_id);
comment on table agora.saved_search_told is 'Whom a saved search has told of, so that it never does so twice';
comment on column agora.saved_search_told.search_id is 'Saved search';
comment on column agora.saved_search_told.account_id is 'Of whom';
comment on column agora.saved_search_told.at is 'When; null for somebody who was among the results when it was saved, and is not told of at all';

-- How many people a viewer has been shown today.
create table agora.search_seen (
  viewer uuid not null,
  day date not null,
  people integer[] not null default '{}',
  last_at timestamptz not null default now(),
  primary key (viewer, day)
);
comment on table agora.search_seen is 'Whom search has shown a viewer in a day: one row of 4 octets a person, so that only people not shown before count';
comment on column agora.search_seen.viewer is 'Account; of those not signed in a keyed hash of their network, never the address';
comment on column agora.search_seen.day is 'Day in UTC';
comment on column agora.search_seen.people is 'Hashes of the members'' handles, each once';
comment on column agora.search_seen.last_at is 'When somebody was added last';

-- Who may know whom a member knows.
create table agora.known_tier (
  account_id uuid primary key references agora.account on delete cascade,
  tier agora.tier not null check (tier in ('members', 'contacts', 'self'))
);
comment on table agora.known_tier is 'Who may learn which contacts a member has; without a row nobody may';
comment on column agora.known_tier.account_id is 'Whose contacts';
comment on column agora.known_tier.tier is 'Who may learn of them; of a contact between two, whoever both let know';

-- Questions to the organisation.
create table agora.concierge (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  q text not null default '' check (length(q) <= 200),
  topics text[] not null default '{}' check (cardinality(topics) <= 10),
  countries text[] not null default '{}' check (cardinality(countries) <= 20),
  level smallint check (level between 0 and 4),
  near text check (length(near) <= 100),
  km integer check (km between 1 and 2000),
  words text not null check (length(words) between 1 and 1000),
  asked_at timestamptz not null default now(),
  answered_at timestamptz,
  answered_by uuid references agora.account,
  answer text check (length(answer) between 1 and 2000),
  check (near is not null or km is null),
  check ((answered_at is null) = (answer is null) and (answered_at is null) = (answered_by is null))
);
create index concierge_open on agora.concierge (id) where answered_at is null;
create index concierge_answered on agora.concierge (answered_at) where answered_at is not null;
create index concierge_mine on agora.concierge (account_id, id);
create index concierge_asked on agora.concierge (asked_at);
comment on table agora.concierge is 'Questions of members who found nobody, for people of the organisation to answer';
comment on column agora.concierge.id is 'Identity; ordered by time';
comment on column agora.concierge.account_id is 'Who asks';
comment on column agora.concierge.q is 'The words that found nobody';
comment on column agora.concierge.topics is 'Topics that were asked for';
comment on column agora.concierge.countries is 'Countries that were asked for';
comment on column agora.concierge.level is 'Level that was asked for';
comment on column agora.concierge.near is 'Id of the place that was to be near; null for anywhere';
comment on column agora.concierge.km is 'How far from it; null for the usual distance';
comment on column agora.concierge.words is 'What the member looks for, in their own words';
comment on column agora.concierge.asked_at is 'When';
comment on column agora.concierge.answered_at is 'When it was answered; null while it is open';
comment on column agora.concierge.answered_by is 'By whom';
comment on column agora.concierge.answer is 'What the member was answered';
