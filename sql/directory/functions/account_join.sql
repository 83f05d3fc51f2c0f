-- Joining, and setting a new password, by a code sent to the address. What comes back never tells whether
-- an account exists: the message does, and only its owner reads it.

create or replace function agora.apply(
    new_email text, given text, family text, new_password text, is_strong boolean, code text, mail_code text, mail_known text,
    from_address text)
  returns void language plpgsql security definer set search_path = '' as $$
begin
  delete from agora.application where expires_at <= now();
  if not agora.mail_take(new_email, from_address) then
    return;
  end if;
  if exists (select from agora.account where email = new_email and state <> 'erased') then
    perform agora.outbox_add('mail', 'mail:' || new_email, mail_known::jsonb);
  else
    insert into agora.application (email, given_name, family_name, password, strong, code_hash)
    values (new_email, given, family, new_password, is_strong, decode(code, 'hex'));
    perform agora.outbox_add('mail', 'mail:' || new_email, mail_code::jsonb);
  end if;
end $$;
comment on function agora.apply is
  'Takes an application and queues a message: the code, or, where there is an account already, that somebody applied.';

-- A code has 60 bits, so the right one counts until it runs out, whatever else was tried: a stranger can
-- end nobody's. Wrong ones slow down whoever gives them: the same address of e-mail from the same network, and
-- that network for all addresses of e-mail, as wrong passwords do.
create or replace function agora.code_key(of_email text, from_address text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return 'code:' || agora.email_key(of_email) || '@' || agora.place(from_address);
end $$;
comment on function agora.code_key is 'The counter of wrong codes for an e-mail address from a network.';

create or replace function agora.code_begin(of_email text, from_address text) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
declare
  key text := agora.code_key(of_email, from_address);
  network text := 'address:' || agora.place(from_address);
  wait integer := greatest(
    agora.attempt_wait(key, agora.policy_int('sign_in.free_account'), agora.policy_int('sign_in.longest_account')),
    agora.attempt_wait(network, agora.policy_int('sign_in.free_address'), agora.policy_int('sign_in.longest_address')));
begin
  perform agora.attempt_forget_old();
  if wait = 0 then
    -- Counted before the code is looked at, so that many at once are not all for free.
    perform agora.attempt_count(key), agora.attempt_count(network);
  end if;
  return wait;
end $$;
comment on function agora.code_begin is
  'Counts a try to give a code that was sent to an address of e-mail, and tells the seconds to wait; 0 for none.';

create or replace function agora.code_right(of_email text, from_address text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  delete from agora.attempt where key = agora.code_key(of_email, from_address);
  update agora.attempt set n = n - 1 where key = 'address:' || agora.place(from_address) and n > 0;
end $$;
comment on function agora.code_right is 'The code was the right one: takes back the try that was counted.';

create or replace function agora.application_confirm(of_email text, code text, from_address text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  found_one agora.application;
  made uuid;
begin
  -- Locked in one order; a repeat at the same moment finds nothing left.
  perform from agora.application where email = of_email order by id for update;
  select * into found_one from agora.application a
   where a.email = of_email and a.code_hash = decode(code, 'hex') and a.expires_at > now();
  if not found then
    return false;
  end if;
  perform agora.code_right(of_email, from_address);
  delete from agora.application where email = of_email;
  if exists (select from agora.account where email = of_email and state <> 'erased') then
    return false;
  end if;
  made := agora.account_create(
    of_email, found_one.given_name, found_one.family_name, found_one.password, found_one.strong, '{}');
  perform agora.audit(made, 'account.create', 'account', made);
  return true;
end $$;
comment on function agora.application_confirm is
  'Makes the account that the code belongs to; false for a code that is wrong, used or too old.';

create or replace function agora.reset_ask(of_email text, code text, mail text, from_address text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  account uuid;
begin
  delete from agora.password_reset where expires_at <= now();
  -- Counted for unknown addresses as well: both ways write, and take as long.
  if not agora.mail_take(of_email, from_address) then
    return;
  end if;
  select id into account from agora.account where email = of_email and state = 'active';
  if found then
    insert into agora.password_reset (account_id, code_hash) values (account, decode(code, 'hex'));
    perform agora.outbox_add('mail', 'mail:' || of_email, mail::jsonb);
  end if;
end $$;
comment on function agora.reset_ask is 'Queues a message with a code for a new password, where there is such an account.';

create or replace function agora.reset_check(of_email text, code text, from_address text) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where email = of_email and state = 'active';
  if not exists (select from agora.password_reset r
                  where r.account_id = a.id and r.code_hash = decode(code, 'hex') and r.expires_at > now()) then
    return 0;
  end if;
  perform agora.code_right(of_email, from_address);
  return case when a.roles = '{}' then 12 else 15 end;
end $$;
comment on function agora.reset_check is 'How many characters the new password needs, when the code counts; 0 when it does not.';

create or replace function agora.reset_confirm(of_email text, code text, new_password text, is_strong boolean, mail text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where email = of_email and state = 'active' for update;
  perform from agora.password_reset r
    where r.account_id = a.id and r.code_hash = decode(code, 'hex') and r.expires_at > now();
  if not found or (a.roles <> '{}' and not is_strong) then
    return false;
  end if;
  perform agora.password_set(a.id, new_password, is_strong);
  delete from agora.attempt where key = 'account:' || agora.email_key(of_email);
  perform agora.audit(a.id, 'account.password', 'account', a.id);
  perform agora.outbox_add('mail', 'mail:' || of_email, mail::jsonb);
  return true;
end $$;
comment on function agora.reset_confirm is
  'Sets the password, ends all sessions and codes, and tells the member; false when the code does not count.';

grant execute on function agora.apply, agora.code_begin, agora.application_confirm, agora.reset_ask, agora.reset_check, agora.reset_confirm
  to agora_app;
