-- What search rows are made from: of each member, what agora.profile_visible shows at each tier, under the
-- name that viewers of that tier know. And the rows of the contacts' tier, kept beside the strata.

create or replace function agora.search_shown(accounts uuid[], tiers agora.tier[])
  returns table (near agora.tier, id uuid, key text, visible jsonb, level smallint, verified jsonb, head jsonb)
  language plpgsql stable security definer
  set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return query
  with who as materialized (
    select a.id, a.handle, agora.verified(a.id) as verified
      from unnest(accounts) w (id)
      join agora.account a on a.id = w.id and agora.person_listed(a.id)),
  shown as materialized (
    select v.near, a.id, a.handle, agora.listed_as(a.id, v.near) as under, v.visible, a.verified
      from who a
      join agora.profiles_visible(accounts, tiers) v on v.id = a.id and v.visible is not null)
  select s.near, s.id, coalesce(s.under, s.id::text), s.visible, (s.verified ->> 'level')::smallint, s.verified,
         agora.card_of(coalesce(s.under, s.handle), s.visible, agora.verified_told(s.verified, s.under))
    from shown s
   where s.near <> 'contacts' or s.visible is distinct from agora.profile_visible(s.id, 'members');
end $$;
comment on function agora.search_shown is
  'Who is listed at these tiers, and how: key is what their place among equals follows, so that it ties no pseudonym to a name. At the contacts'' tier only those of whom contacts see something else than members.';

create or replace function agora.search_rows(accounts uuid[]) returns setof agora.search
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query select r.* from agora.search_rows_at(accounts, '{public,members}') r;
end $$;
comment on function agora.search_rows is 'The rows that agora.search must have for these accounts.';

create or replace function agora.search_contact_touch(account uuid) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- One at a time for a member, as in search_touch.
  perform from agora.profile p where p.account_id = account for update;
  delete from agora.search_contact s where s.account_id = account;
  if exists (select from agora.contact c where c.one = account and c.wanted and c.confirmed)
     or exists (select from agora.contact c where c.other = account and c.wanted and c.confirmed) then
    insert into agora.search_contact select r.* from agora.search_rows_at(array[account], '{contacts}') r;
  end if;
end $$;
comment on function agora.search_contact_touch is 'Makes anew what the contacts of a member find.';

create or replace function agora.search_contacts_make() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  accounts uuid[] := array(
    select c.one from agora.contact c where c.wanted and c.confirmed
    union select c.other from agora.contact c where c.wanted and c.confirmed);
begin
  delete from agora.search_contact;
  for i in 0 .. cardinality(accounts) / 500 loop
    insert into agora.search_contact select r.* from agora.search_rows_at(accounts[i * 500 + 1 : i * 500 + 500], '{contacts}') r;
  end loop;
end $$;
comment on function agora.search_contacts_make is 'Makes anew what all contacts find. The caller keeps changes away.';
