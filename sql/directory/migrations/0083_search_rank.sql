-- The order of results: what a member's stored quality rests on, and how often each was shown lately.
-- Formula and weights: docs/decisions/0083-order-of-results.md.

alter table agora.search add column parts smallint not null default 0;
alter table agora.search add column merits text[] not null default '{}';
alter table agora.search_contact add column parts smallint not null default 0;
alter table agora.search_contact add column merits text[] not null default '{}';
comment on column agora.search_contact.parts is 'As in agora.search';
comment on column agora.search_contact.merits is 'As in agora.search';
comment on column agora.search.quality is 'Order of results as long as nothing is known of the search: agora.search_merit; no hidden value has a part in it';
comment on column agora.search.parts is 'How many parts of the profile are visible at this tier';
comment on column agora.search.merits is 'What has raised or lowered the quality, as codes: agora.search_merit';

-- Rows are put in order by what stands in terms: as it is, not packed, and in the row itself.
alter table agora.search alter column terms set storage main;
alter table agora.search_contact alter column terms set storage main;

create table agora.search_fresh (
  account_id uuid primary key references agora.profile on delete cascade,
  public_on date,
  members_on date
);
comment on table agora.search_fresh is
  'When what viewers of a tier see of a profile was last changed by its member; a change of a hidden value is none. No row, or null: not since they joined.';
comment on column agora.search_fresh.account_id is 'Whose';
comment on column agora.search_fresh.public_on is 'Day (UTC) of the last change that everyone sees';
comment on column agora.search_fresh.members_on is 'Day (UTC) of the last change that members see';

-- Not logged: after a crash everybody begins at nothing again, which is no loss that anybody notices.
create unlogged table agora.search_exposure (
  account_id uuid primary key references agora.profile on delete cascade,
  times integer not null default 0 check (times >= 0),
  score real not null default 0,
  band smallint not null default 0 check (band between 0 and 5)
) with (fillfactor = 70);
comment on table agora.search_exposure is 'How often members were shown to others in results lately; written in batches, read once a day';
comment on column agora.search_exposure.account_id is 'Who was shown';
comment on column agora.search_exposure.times is 'To how many viewers since the daily pass, each counted once a day';
comment on column agora.search_exposure.score is 'The same of the days before, half as much for every 14 days that have passed';
comment on column agora.search_exposure.band is 'How far that is above the average member: 0 not, then 1, 3, 7, 15 and 31 times; what damps the quality';

create table agora.search_daily (
  one boolean primary key default true check (one),
  day date not null,
  after uuid,
  mean real not null default 0
);
insert into agora.search_daily (day) values ('2000-01-01');
comment on table agora.search_daily is 'How far the daily pass over all qualities has come';
comment on column agora.search_daily.one is 'There is one row';
comment on column agora.search_daily.day is 'Day (UTC) that the pass is, or was, for';
comment on column agora.search_daily.after is 'Members up to this account are done; null: all are';
comment on column agora.search_daily.mean is 'Average of times and scores over all members when it began';

comment on column agora.search.labels is
  'Labels of those topics, folded, with a space in front; behind each, between ›, the ids of the topic and of the wider ones; in the same order';

alter type agora.search_hit add attribute score integer;
create type agora.search_wish as (
  clues tsquery[],
  exact tsquery[],
  worth real[],
  loose real[],
  offered tsquery,
  sought tsquery,
  at_home tsquery,
  day integer
);
comment on type agora.search_wish is 'What the results of one search are put in order by: agora.search_clues, agora.search_mutual and the day';

-- Cursors hold a score and a day now.
drop function if exists agora.search_cursor(agora.tier, text, text);
