-- Small functions that every change of a profile calls, in plpgsql, whose plans are kept: to plan a
-- function in SQL takes ten times as long as to run one of these.

create or replace function agora.ts(t timestamptz) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end $$;

create or replace function agora.policy_int(wanted text) returns bigint
  language plpgsql stable set search_path = '' as $$
begin
  return (select (p.value #>> '{}')::bigint from agora.policy p where p.key = wanted);
end $$;

create or replace function agora.public_address_note(account uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  address constant bytea := (select sha256(convert_to(a.handle, 'UTF8')) from agora.account a where a.id = account);
begin
  -- The cheap look first: this comes with every change of a profile, and most addresses are known.
  if exists (select from agora.public_address p where p.handle_hash = address) or agora.viewer_tier(null, account) is null then
    return;
  end if;
  insert into agora.public_address (handle_hash) values (address) on conflict do nothing;
end $$;

-- Who is listed again is noted with the new row (agora.search_touch).
drop trigger profile_public on agora.profile;
create trigger profile_public_new after insert on agora.profile
  for each row when (new.shown_name_tier = 'public') execute function agora.public_address_of_profile();
create trigger profile_public after update of shown_name_tier on agora.profile
  for each row when (new.shown_name_tier = 'public' and old.shown_name_tier <> 'public') execute function agora.public_address_of_profile();

create type agora.merit_facts as (
  account_id uuid,
  joined timestamptz,
  checked timestamptz,
  public_on date,
  members_on date,
  band integer,
  standing agora.tier,
  answers boolean,
  busy boolean
);
comment on type agora.merit_facts is
  'What the quality of a member''s search rows is made from, besides the rows: when they joined and were last checked, when viewers last saw a change, how often they were shown, who sees their standing (null: none), how they answer requests.';
