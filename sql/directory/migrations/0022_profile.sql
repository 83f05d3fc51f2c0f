-- A member's profile: each field with who may see it, and four sets of topics.

create table agora.profile (
  account_id uuid primary key references agora.account on delete cascade,
  shown_name text not null check (length(shown_name) between 1 and 100),
  headline text check (length(headline) between 1 and 160),
  about text check (length(about) between 1 and 4000),
  organisation text check (length(organisation) between 1 and 160),
  title text check (length(title) between 1 and 120),
  country text references agora.country,
  place text check (length(place) between 1 and 120),
  languages text[] not null default '{}' check (cardinality(languages) <= 20),
  -- A member whose name a viewer may not see is not there for that viewer, so that the name cannot be
  -- hidden from members: a directory in which members do not find each other is none.
  shown_name_tier agora.tier not null default 'members' check (shown_name_tier in ('public', 'members')),
  headline_tier agora.tier not null default 'members',
  about_tier agora.tier not null default 'members',
  organisation_tier agora.tier not null default 'members',
  title_tier agora.tier not null default 'members',
  country_tier agora.tier not null default 'members',
  place_tier agora.tier not null default 'members',
  languages_tier agora.tier not null default 'members',
  expertise_tier agora.tier not null default 'members',
  interest_tier agora.tier not null default 'members',
  seeking_tier agora.tier not null default 'members',
  offering_tier agora.tier not null default 'members',
  version bigint not null default 1
);
comment on table agora.profile is 'What a member tells others, field by field with who may see it; read by others only through agora.profile_visible';
comment on column agora.profile.account_id is 'Whose';
comment on column agora.profile.shown_name is 'Name as shown; the verified name is a claim';
comment on column agora.profile.headline is 'One line about them';
comment on column agora.profile.about is 'Longer text; line feeds allowed';
comment on column agora.profile.organisation is 'Where they work';
comment on column agora.profile.title is 'Role or profession';
comment on column agora.profile.country is 'Where they are: ISO 3166-1 alpha-2';
comment on column agora.profile.place is 'Town or region, never a street';
comment on column agora.profile.languages is 'Languages they work in, BCP 47';
comment on column agora.profile.shown_name_tier is 'Who may see the name, and with it that they are a member: public or members';
comment on column agora.profile.headline_tier is 'Who may see it';
comment on column agora.profile.about_tier is 'Who may see it';
comment on column agora.profile.organisation_tier is 'Who may see it';
comment on column agora.profile.title_tier is 'Who may see it';
comment on column agora.profile.country_tier is 'Who may see it';
comment on column agora.profile.place_tier is 'Who may see it';
comment on column agora.profile.languages_tier is 'Who may see it';
comment on column agora.profile.expertise_tier is 'Who may see the topics of this kind';
comment on column agora.profile.interest_tier is 'Who may see the topics of this kind';
comment on column agora.profile.seeking_tier is 'Who may see the topics of this kind';
comment on column agora.profile.offering_tier is 'Who may see the topics of this kind';
comment on column agora.profile.version is 'Raised by every change; the ETag for the member only, since others must not see that a hidden field changed';

create type agora.topic_kind as enum ('expertise', 'interest', 'seeking', 'offering');

create table agora.profile_topic (
  account_id uuid not null references agora.profile on delete cascade,
  kind agora.topic_kind not null,
  place smallint not null check (place between 1 and 30),
  concept_id text not null references agora.concept,
  primary key (account_id, kind, place),
  unique (account_id, kind, concept_id)
);
create index profile_topic_concept on agora.profile_topic (concept_id);
comment on table agora.profile_topic is 'Topics of a member, at most 30 a kind, in the member''s order';
comment on column agora.profile_topic.account_id is 'Whose';
comment on column agora.profile_topic.kind is 'What the member says with it: I know, I like to follow, I look for, I offer';
comment on column agora.profile_topic.place is 'Order, from 1';
comment on column agora.profile_topic.concept_id is 'Topic';
