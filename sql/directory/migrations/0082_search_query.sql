-- The query language of search: what its operators look at, the words that spelling is corrected to, and
-- what a member is open to be asked for.

create extension if not exists fuzzystrmatch with schema public;

-- What a member may be asked for.
alter table agora.profile
  add column open_to agora.ask_kind[] not null default '{}' check (cardinality(open_to) <= 10),
  add column open_to_tier agora.tier not null default 'members';
comment on column agora.profile.open_to is 'Kinds of request that the member is glad to get, each once';
comment on column agora.profile.open_to_tier is 'Who may see it';

create table agora.search_word (
  tier agora.tier not null check (tier in ('public', 'members')),
  word text collate "C" not null,
  named boolean not null,
  keys text[] not null,
  seen timestamptz not null default now(),
  primary key (tier, word, named)
);
create index search_word_keys on agora.search_word using gin (keys) with (fastupdate = off);
create index search_word_like on agora.search_word using gin (word public.gin_trgm_ops) with (fastupdate = off);
comment on table agora.search_word is
  'Words that members are found by at a tier, apart from whoever has them: beginnings of words are looked up here, and the correction of spelling. One that nobody has any more stays until the next rebuild; as a correction it is proposed only when it finds somebody the viewer may see.';
comment on column agora.search_word.tier is 'Viewers';
comment on column agora.search_word.word is 'Lexeme of agora.search.terms, as agora.fold has it';
comment on column agora.search_word.named is 'Whether it is a word of a name; one that is also a word of a role has two rows';
comment on column agora.search_word.keys is 'What a misspelling of it is corrected by: agora.word_keys; none for words of fewer than 3 or more than 40 letters, and numbers';
comment on column agora.search_word.seen is 'When it came, or the beginning of the last rebuild that found it';

-- Search rows tell of memberships and standing as far as the member shows them. What a member hides is gone at
-- once; memberships change with whole lists, and are left to the worker.
create function agora.disclosure_search() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  account uuid;
begin
  for account in select a.id from agora.account a where a.person_id = coalesce(new.person_id, old.person_id) order by a.id loop
    perform agora.search_touch(account);
  end loop;
  return null;
end $$;
comment on function agora.disclosure_search is 'Makes the search rows of a person''s accounts anew.';
create trigger disclosure_search after insert or update or delete on agora.disclosure
  for each row execute function agora.disclosure_search();

create function agora.membership_search() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.search_dirty (account_id)
  select a.id from agora.account a join agora.profile p on p.account_id = a.id
   where a.person_id = coalesce(new.person_id, old.person_id)
   order by a.id
  on conflict do nothing;
  perform pg_notify('agora_search', '');
  return null;
end $$;
comment on function agora.membership_search is 'Lets the worker make the search rows of a person''s accounts anew.';
create trigger membership_search after insert or update or delete on agora.membership
  for each row execute function agora.membership_search();
comment on column agora.search.until is 'When the verification or a membership lapses, and the row with it; null for never';

-- The worker makes all rows anew, with what is new in them.
insert into agora.search_dirty (account_id) select p.account_id from agora.profile p on conflict do nothing;
