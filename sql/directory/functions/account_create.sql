-- Making an account, and what the operator does to accounts.

create or replace function agora.handle_from(given text, family text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when length(folded) < 3 then 'member' || coalesce('-' || nullif(folded, ''), '') else folded end
      from (select btrim(left(btrim(regexp_replace(lower(public.unaccent(given || '-' || family)), '[^a-z0-9]+', '-', 'g'), '-'), 50), '-')) f (folded));
end $$;
comment on function agora.handle_from is 'A name folded to what an address may hold: ümit özgür → umit-ozgur.';

create or replace function agora.handle_free(wanted text) returns text
  language plpgsql volatile set search_path = '' as $$
begin
  return case when not agora.handle_taken(wanted) then wanted
              else wanted || '-' || (
                select coalesce(max(substring(handle from length(wanted) + 2)::numeric), 1) + 1
                  from agora.account
                 where handle ~ ('^' || wanted || '-[0-9]{1,8}$')) end;
end $$;
comment on function agora.handle_free is 'The handle, or the next one with a number behind it.';

create or replace function agora.account_create(
    new_email text, given text, family text, new_password text, is_strong boolean, new_roles agora.account_role[])
  returns uuid language plpgsql volatile set search_path = '' as $$
declare
  made uuid;
  human uuid;
begin
  -- One at a time, so that two of one name do not take the same handle.
  perform pg_advisory_xact_lock(hashtext('agora.account_create'));
  insert into agora.person default values returning id into human;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (human, new_email, agora.handle_free(agora.handle_from(given, family)), given, family, 'active', new_roles)
  returning id into made;
  insert into agora.credential (account_id, password, strong) values (made, new_password, is_strong);
  perform agora.profile_create(made, given || ' ' || family);
  return made;
end $$;
comment on function agora.account_create is 'An active account with person, credential and profile.';

create or replace function agora.role_needs_strong(account uuid, role text) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from agora.credential c where c.account_id = account and c.strong) then
    perform agora.fail('AG003', null, format(
      'A password of at least 15 characters is needed before someone becomes %s; let them set a longer one first.', role));
  end if;
end $$;
comment on function agora.role_needs_strong is 'Refuses rights beyond a member''s to an account with a short password.';

create or replace function agora.account_of(wanted text) returns agora.account
  language plpgsql volatile set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where email = lower(wanted) and state <> 'erased' for update;
  if not found then
    perform agora.fail('AG001', null, 'There is no account with this address.');
  end if;
  return a;
end $$;
comment on function agora.account_of is 'The account of an e-mail address, locked.';

create or replace function agora.role_grant(of_email text, new_role agora.account_role, by_account uuid default null) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account := agora.account_of(of_email);
begin
  if new_role <> all (a.roles) then
    perform agora.role_needs_strong(a.id, new_role::text);
    update agora.account set roles = roles || new_role, version = version + 1 where id = a.id;
    perform agora.audit(by_account, 'account.role_grant', 'account', a.id, jsonb_build_object('role', new_role));
  end if;
  return a.handle;
end $$;
comment on function agora.role_grant is 'Gives an account a right; its sessions end.';

create or replace function agora.role_remove(a agora.account, old_role agora.account_role, by_account uuid, why jsonb) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  if old_role = 'admin' and not exists (
      select from agora.account o where o.id <> a.id and o.state = 'active' and 'admin' = any (o.roles)) then
    perform agora.fail('AG003', null, 'This is the last admin. Make another one first.');
  end if;
  update agora.account set roles = array_remove(roles, old_role), version = version + 1 where id = a.id;
  perform agora.audit(by_account, 'account.role_revoke', 'account', a.id, why || jsonb_build_object('role', old_role));
end $$;
comment on function agora.role_remove is
  'Takes a role away from an account that is locked, under the lock of agora.roles_lock; why goes into the audit log. Never the last admin''s.';

create or replace function agora.roles_lock() returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('agora.role_revoke'));
end $$;
comment on function agora.roles_lock is 'Two admins who remove each other at once take turns here.';

create or replace function agora.role_revoke(of_email text, old_role agora.account_role, by_account uuid default null) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  perform agora.roles_lock();
  a := agora.account_of(of_email);
  if old_role = any (a.roles) then
    perform agora.role_remove(a, old_role, by_account, '{}');
  end if;
  return a.handle;
end $$;
comment on function agora.role_revoke is 'Takes a right away; the sessions end. Never the last admin''s.';

create or replace function agora.password_set(account uuid, new_password text, is_strong boolean) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  insert into agora.credential (account_id, password, strong) values (account, new_password, is_strong)
  on conflict (account_id) do update set password = excluded.password, strong = excluded.strong, changed_at = now();
  delete from agora.password_reset where account_id = account;
  delete from agora.session where account_id = account;
end $$;
comment on function agora.password_set is 'A new password: every session and every code for another one ends.';

create or replace function agora.account_put(
    new_email text, given text, family text, new_password text, is_strong boolean, new_roles text[])
  returns text language plpgsql security definer set search_path = '' as $$
declare
  wanted agora.account_role[] := new_roles::agora.account_role[];
  a agora.account;
  made boolean := false;
  role agora.account_role;
begin
  select * into a from agora.account where email = lower(new_email) and state <> 'erased' for update;
  if not found then
    made := true;
    a.id := agora.account_create(lower(new_email), given, family, new_password, is_strong, '{}');
    select * into a from agora.account where id = a.id;
    perform agora.audit(null, 'account.create', 'account', a.id);
  else
    perform agora.password_set(a.id, new_password, is_strong);
    update agora.account set state = 'active', version = version + 1 where id = a.id;
    perform agora.audit(null, 'account.password', 'account', a.id);
  end if;
  foreach role in array wanted loop
    perform agora.role_grant(a.email, role);
  end loop;
  return case when made then 'made ' else 'changed ' end || a.handle;
end $$;
comment on function agora.account_put is
  'The operator''s way: an account with this password and at least these roles, active at once, made or changed to be so.';

-- No grants here: these make accounts and admins by one word. agoractl calls them as the database's owner.
