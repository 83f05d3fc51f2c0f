-- Profiles on the open web: what the member says search engines and other programs may do with a public
-- profile, and which addresses have shown one.

create table agora.publication (
  account_id uuid primary key references agora.account on delete cascade,
  search_engines boolean not null default false,
  ai_crawlers boolean not null default false
);
create index publication_listed on agora.publication (account_id) where search_engines;
create index publication_ai on agora.publication (account_id) where ai_crawlers;
comment on table agora.publication is 'What a member allows others to do with the public part of the profile; no row is no to everything';
comment on column agora.publication.account_id is 'Whose';
comment on column agora.publication.search_engines is 'Search engines may list the page, and the sitemap names it';
comment on column agora.publication.ai_crawlers is 'Programs that gather text for language models may read it, where the organisation lets them in at all';

create table agora.public_address (
  handle_hash bytea primary key check (length(handle_hash) = 32)
);
comment on table agora.public_address is 'Addresses at which a profile has been public, so that one that is withdrawn can be answered "gone": search engines forget such a page at once. A member who was never public is as unknown as nobody.';
comment on column agora.public_address.handle_hash is 'SHA-256 of the handle: the name of somebody who was erased is not kept';

insert into agora.public_address (handle_hash)
select sha256(convert_to(a.handle, 'UTF8'))
  from agora.profile p
  join agora.account a on a.id = p.account_id
 where a.state = 'active' and p.shown_name_tier = 'public';

create function agora.public_address_note(account uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.public_address (handle_hash)
  select sha256(convert_to(a.handle, 'UTF8'))
    from agora.account a
   where a.id = account and agora.viewer_tier(null, a.id) is not null
  on conflict do nothing;
end $$;
comment on function agora.public_address_note is 'Remembers that this account''s address shows a public profile, if it does.';

create function agora.public_address_of_profile() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.public_address_note(new.account_id);
  return null;
end $$;
comment on function agora.public_address_of_profile is 'Remembers the address when a name becomes public.';
create trigger profile_public after insert or update of shown_name_tier on agora.profile
  for each row when (new.shown_name_tier = 'public') execute function agora.public_address_of_profile();

create function agora.public_address_of_account() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.public_address_note(new.id);
  return null;
end $$;
comment on function agora.public_address_of_account is 'Remembers the address when an account is confirmed or gets another handle.';
create trigger account_public after update of state, handle on agora.account
  for each row when (new.state = 'active') execute function agora.public_address_of_account();
