-- Confidential members: listed by their topics and level under a pseudonym with a handle of its own. Who has
-- been introduced to them knows the name; nobody else can tell which member a pseudonym is.

create or replace function agora.pseudonym_of(account uuid) returns text
  -- In plpgsql, since its plan is kept.
  language plpgsql stable set search_path = '' as $$
begin
  return (select k.handle from agora.pseudonym k where k.account_id = account and k.ended_at is null);
end $$;
comment on function agora.pseudonym_of is 'The handle under which a confidential member is listed; null for others.';

create or replace function agora.pseudonym_name(pseudonym text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (select k.name from agora.pseudonym k where k.handle = pseudonym);
end $$;
comment on function agora.pseudonym_name is 'What stands in the place of the name.';

create or replace function agora.pseudonym_untold(account uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  delete from agora.saved_search_told t where t.account_id = account;
end $$;
comment on function agora.pseudonym_untold is
  'Has saved searches forget that they told of a member who is listed under another name from now on: the same line under both would tie one to the other.';

create or replace function agora.pseudonym_begin(account uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  made text;
begin
  if agora.pseudonym_of(account) is not null then
    return;
  end if;
  loop
    made := left(replace(gen_random_uuid()::text, '-', ''), 10);
    exit when not agora.handle_taken('confidential-' || made);
  end loop;
  insert into agora.pseudonym (handle, name, account_id)
  values ('confidential-' || made, 'Confidential member ' || upper(left(made, 6)), account);
  perform agora.pseudonym_untold(account);
end $$;
comment on function agora.pseudonym_begin is 'From now on the member is listed under a new pseudonym; a repeat changes nothing.';

create or replace function agora.pseudonym_end(account uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  update agora.pseudonym k set ended_at = now() where k.account_id = account and k.ended_at is null;
  if found then
    perform agora.pseudonym_untold(account);
  end if;
end $$;
comment on function agora.pseudonym_end is 'From now on the member is listed under their name. The pseudonym leads nowhere, and is never used again.';

create or replace function agora.handle_taken(wanted text) returns boolean
  language plpgsql volatile set search_path = '' as $$
begin
  return exists (select from agora.account a where a.handle = wanted)
      or exists (select from agora.pseudonym k where k.handle = wanted);
end $$;
comment on function agora.handle_taken is 'Whether a handle is, or was, somebody''s: no pseudonym can be taken over by taking its name.';

create or replace function agora.member_named(wanted text, out account uuid, out under text, out holds boolean)
  language plpgsql stable set search_path = '' as $$
begin
  select k.account_id, k.handle, k.ended_at is null into account, under, holds from agora.pseudonym k where k.handle = wanted;
  if not found then
    select a.id, null, true into account, under, holds from agora.account a where a.handle = wanted and a.state <> 'erased';
  end if;
end $$;
comment on function agora.member_named is
  'Whom a handle names: the account, the pseudonym that it is (null: the own handle), and whether that holds still; nulls when it is nobody''s.';

create or replace function agora.known_by_name(viewer uuid, member uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.pseudonym_of(member) is null or viewer = member or agora.is_contact(viewer, member);
end $$;
comment on function agora.known_by_name is 'Whether a viewer meets a member under their name: anyone, unless the member is confidential; then contacts alone.';

create or replace function agora.met_as(viewer uuid, member uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when not agora.known_by_name(viewer, member) then agora.pseudonym_of(member) end;
end $$;
comment on function agora.met_as is 'The pseudonym under which a viewer meets a member; null for the own name.';

create or replace function agora.listed_as(member uuid, near agora.tier) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when near < 'contacts' then agora.pseudonym_of(member) end;
end $$;
comment on function agora.listed_as is 'The pseudonym under which viewers of a tier see a member; null for the own name.';

create or replace function agora.verified_told(verified jsonb, under text) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  -- No date and no method: these would tell who it is to whoever knew the member before.
  return case when under is null then verified
    else jsonb_build_object('level', verified -> 'level', 'label', verified -> 'label',
                            'sentence', 'Checked at this level. All else is confidential until you are introduced.') end;
end $$;
comment on function agora.verified_told is 'The verified line as it is told of a member under a pseudonym (null: under their name).';

-- The settings.

create or replace function agora.patch_paused(part jsonb, had timestamptz) returns timestamptz
  language plpgsql stable set search_path = '' as $$
declare
  at constant text := '/directory/paused_until';
  most constant integer := agora.policy_int('profile.pause_days');
  given jsonb := part -> 'paused_until';
  day date;
begin
  if given is null then
    return had;
  elsif given = 'null' then
    return null;
  elsif jsonb_typeof(given) <> 'string' or given #>> '{}' !~ '^\d{4}-\d{2}-\d{2}$' then
    perform agora.fail('AG004', at, 'Give a day, such as 2027-03-01, or null.');
  end if;
  begin
    day := (given #>> '{}')::date;
  exception when datetime_field_overflow then
    perform agora.fail('AG004', at, 'There is no such day.');
  end;
  if day <= (now() at time zone 'UTC')::date or day > (now() at time zone 'UTC')::date + most then
    perform agora.fail('AG004', at, format('Choose a day after today, at most %s days ahead.', most));
  end if;
  return day::timestamp at time zone 'UTC';
end $$;
comment on function agora.patch_paused is 'Until when the member is out of the directory after the patch: the day on which they come back, in UTC.';

create or replace function agora.patch_directory(account uuid, patch jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  part jsonb := patch -> 'directory';
  hide jsonb := part -> 'confidential';
begin
  perform agora.patch_known(part, '/directory', '{confidential,paused_until}');
  if part is null then
    return;
  end if;
  if jsonb_typeof(hide) <> 'boolean' then
    perform agora.fail('AG004', '/directory/confidential', 'This is true or false.');
  end if;
  if hide = 'true' then
    perform agora.pseudonym_begin(account);
  elsif hide = 'false' then
    perform agora.pseudonym_end(account);
  end if;
  update agora.profile p set paused_until = agora.patch_paused(part, p.paused_until) where p.account_id = account;
end $$;
comment on function agora.patch_directory is 'How the member is listed after the patch: under a pseudonym or the own name, and from when on.';

create or replace function agora.directory_mine(account uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('confidential', k.handle is not null)
           || jsonb_strip_nulls(jsonb_build_object(
                'pseudonym', case when k.handle is not null then jsonb_build_object('handle', k.handle, 'shown_name', k.name) end,
                'paused_until', to_char(case when p.paused_until > now() then p.paused_until end at time zone 'UTC', 'YYYY-MM-DD')))
      from agora.profile p
      left join agora.pseudonym k on k.account_id = p.account_id and k.ended_at is null
     where p.account_id = account);
end $$;
comment on function agora.directory_mine is 'How the own profile is listed (openapi: Listing).';

create or replace function agora.pause_by_clock() returns void
  language plpgsql set search_path = '' as $$
begin
  with back as (
    update agora.profile p set paused_until = null where p.paused_until <= now() returning p.account_id)
  insert into agora.search_dirty (account_id) select b.account_id from back b on conflict do nothing;
end $$;
comment on function agora.pause_by_clock is 'Lets the worker list those again whose pause is over.';
