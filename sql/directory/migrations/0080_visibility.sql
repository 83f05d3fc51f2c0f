-- Who can be found, and as whom: members under a pseudonym, members who leave the directory for a time,
-- what contacts find, and a second fence around what search and profiles are made of.

create table agora.pseudonym (
  handle text primary key check (handle ~ '^confidential-[0-9a-f]{10}$'),
  name text not null check (length(name) between 1 and 100),
  account_id uuid not null references agora.account on delete cascade,
  since timestamptz not null default now(),
  ended_at timestamptz check (ended_at >= since)
);
create unique index pseudonym_live on agora.pseudonym (account_id) where ended_at is null;
comment on table agora.pseudonym is
  'Under what a confidential member is listed: who has a row that is not ended is confidential. A new one each time, so that none ties a later one to an earlier.';
comment on column agora.pseudonym.handle is 'Handle in addresses, in the place of the member''s own; never used again';
comment on column agora.pseudonym.name is 'What stands in the place of the name';
comment on column agora.pseudonym.account_id is 'Whose; told to nobody but the member and those who may know the name';
comment on column agora.pseudonym.since is 'Since when';
comment on column agora.pseudonym.ended_at is 'When the member was listed under their name again; null while it holds';

alter table agora.profile add paused_until timestamptz;
create index profile_paused on agora.profile (paused_until) where paused_until is not null;
comment on column agora.profile.paused_until is 'Out of the directory until then; null for a member who is in it';

insert into agora.policy (key, value, meaning) values
  ('profile.pause_days', '366', 'Days for which a member can leave the directory at most');

alter table agora.introduction
  add asker_as text references agora.pseudonym,
  add asked_as text references agora.pseudonym;
comment on column agora.introduction.asker_as is 'Pseudonym under which it was asked; null for the own name. The name is told when it is accepted';
comment on column agora.introduction.asked_as is 'Pseudonym that was asked; null for the own name';

alter table agora.block
  add blocked_as text not null default '',
  drop constraint block_pkey,
  add primary key (blocker_person, blocked_person, blocked_as);
comment on column agora.block.blocked_as is
  'Pseudonym that was blocked, nothing for the own name. What the blocker sees follows it, so that a block does not tell who a pseudonym is; all else follows persons';

-- What contacts find: beside the strata, since it is read by account.
create table agora.search_contact (like agora.search, primary key (account_id));
alter table agora.search_contact add check (tier = 'contacts');
comment on table agora.search_contact is
  'What contacts can find of a member, in the place of the row of the members'' tier: of those with contacts for whom the two differ. Read only for the viewer''s contacts of that moment';
comment on column agora.search_contact.tier is 'contacts';
comment on column agora.search_contact.quality is 'As in agora.search, of what contacts see';
comment on column agora.search_contact.account_id is 'Who';
comment on column agora.search_contact.facets is 'As in agora.search';
comment on column agora.search_contact.labels is 'As in agora.search';
comment on column agora.search_contact.topics is 'As in agora.search';
comment on column agora.search_contact.terms is 'As in agora.search';
comment on column agora.search_contact.card is 'As in agora.search';
comment on column agora.search_contact.until is 'As in agora.search';

comment on table agora.search is
  'What viewers of a tier can find of each member they may know of; made from agora.profile_visible alone by agora.search_rows. Values that only contacts see are in agora.search_contact.';

create function agora.contact_search() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.search_contact_touch(new.one);
  perform agora.search_contact_touch(new.other);
  return null;
end $$;
comment on function agora.contact_search is
  'Makes what contacts find when two become contacts. When they are none any more the rows stay: nobody reads them then.';

create trigger contact_search after insert or update of wanted, confirmed on agora.contact
  for each row when (new.wanted and new.confirmed) execute function agora.contact_search();

drop function if exists agora.search_cards(agora.tier, agora.search_hit[], tsquery[], text[], text[], text[], jsonb);
drop function if exists agora.topic_popular(agora.tier, integer);
drop function if exists agora.card_head(uuid, jsonb);
drop function if exists agora.introduction_card(uuid, uuid);
drop function if exists agora.introduction_cooldown(uuid, uuid);
