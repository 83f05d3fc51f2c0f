-- Joining, and setting a new password, by a code sent to the address. What comes back never tells whether
-- an account exists: the message does, and only its owner reads it.

create or replace function agora.apply(
    new_email text, given text, family text, new_password text, is_strong boolean, code text, mail_code text, mail_known text)
  returns void language plpgsql security definer set search_path = '' as $$
begin
  delete from agora.application where expires_at <= now();
  if not agora.mail_take(new_email) then
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

create or replace function agora.application_confirm(of_email text, code text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  found_one agora.application;
  made uuid;
begin
  -- Locked in one order; a repeat at the same moment finds nothing left.
  perform from agora.application where email = of_email order by id for update;
  select * into found_one from agora.application a
   where a.email = of_email and a.code_hash = decode(code, 'hex') and a.expires_at > now() and a.tries < 10;
  if not found then
    -- No error: it would undo the count.
    update agora.application set tries = tries + 1 where email = of_email;
    return false;
  end if;
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
  'Makes the account that the code belongs to; false for a code that is wrong, used, too old, or tried too often.';

create or replace function agora.reset_ask(of_email text, code text, mail text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  account uuid;
begin
  delete from agora.password_reset where expires_at <= now();
  -- Counted for unknown addresses as well: both ways write, and take as long.
  if not agora.mail_take(of_email) then
    return;
  end if;
  select id into account from agora.account where email = of_email and state = 'active';
  if found then
    insert into agora.password_reset (account_id, code_hash) values (account, decode(code, 'hex'));
    perform agora.outbox_add('mail', 'mail:' || of_email, mail::jsonb);
  end if;
end $$;
comment on function agora.reset_ask is 'Queues a message with a code for a new password, where there is such an account.';

create or replace function agora.reset_check(of_email text, code text) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where email = of_email and state = 'active';
  if exists (select from agora.password_reset r
              where r.account_id = a.id and r.code_hash = decode(code, 'hex') and r.expires_at > now() and r.tries < 10) then
    return case when a.roles = '{}' then 12 else 15 end;
  end if;
  update agora.password_reset set tries = tries + 1 where account_id = a.id;
  return 0;
end $$;
comment on function agora.reset_check is
  'How many characters the new password needs, when the code counts; 0, and a try less, when it does not.';

create or replace function agora.reset_confirm(of_email text, code text, new_password text, is_strong boolean, mail text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where email = of_email and state = 'active' for update;
  perform from agora.password_reset r
    where r.account_id = a.id and r.code_hash = decode(code, 'hex') and r.expires_at > now() and r.tries < 10;
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

grant execute on function agora.apply, agora.application_confirm, agora.reset_ask, agora.reset_check, agora.reset_confirm
  to agora_app;
