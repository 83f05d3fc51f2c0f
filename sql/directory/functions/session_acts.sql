-- Signing in and out. The password is checked by the service between sign_in_begin and session_open.

create or replace function agora.sign_in_key(of_email text, from_place text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  -- Where the member has signed in before, only guesses made there count.
  return 'account:' || agora.email_key(of_email) || case when exists (
           select from agora.known_place k join agora.account a on a.id = k.account_id
            where a.email = of_email and a.state = 'active' and k.place = from_place and k.last_at > now() - interval '90 days')
         then '@' || from_place else '' end;
end $$;
comment on function agora.sign_in_key is 'The counter of tries for an e-mail address from a place.';

create or replace function agora.sign_in_begin(of_email text, from_address text)
  returns table (wait integer, account uuid, password text)
  language plpgsql security definer set search_path = '' as $$
declare
  place text := agora.place(from_address);
  key text := agora.sign_in_key(of_email, place);
begin
  perform agora.attempt_forget_old();
  wait := greatest(
    agora.attempt_wait(key, agora.policy_int('sign_in.free_account'), agora.policy_int('sign_in.longest_account')),
    agora.attempt_wait('address:' || place, agora.policy_int('sign_in.free_address'), agora.policy_int('sign_in.longest_address')));
  if wait = 0 then
    -- Counted before the password is looked at, so that many at once are not all for free.
    perform agora.attempt_count(key), agora.attempt_count('address:' || place);
    select a.id, c.password into account, password
      from agora.account a join agora.credential c on c.account_id = a.id
     where a.email = of_email and a.state = 'active';
  end if;
  return next;
end $$;
comment on function agora.sign_in_begin is
  'Counts a try to sign in and gives the password to check, or the seconds to wait. Known and unknown addresses alike.';

create or replace function agora.device(user_agent text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case when user_agent ~* 'edg/' then 'Edge' when user_agent ~* 'opr/' then 'Opera'
              when user_agent ~* 'firefox|fxios' then 'Firefox' when user_agent ~* 'chrome|crios|chromium' then 'Chrome'
              when user_agent ~* 'safari' then 'Safari' else 'Another program' end
      || case when user_agent ~* 'android' then ' on Android' when user_agent ~* 'iphone|ipad' then ' on iOS'
              when user_agent ~* 'windows' then ' on Windows' when user_agent ~* 'mac os' then ' on macOS'
              when user_agent ~* 'linux|x11' then ' on Linux' else '' end;
end $$;
comment on function agora.device is 'A browser''s name for people: Firefox on Linux.';

create or replace function agora.session_expires(s agora.session) returns timestamptz
  language plpgsql immutable set search_path = '' as $$
begin
  return least(s.ends_at, s.last_used_at + s.idle);
end $$;
comment on function agora.session_expires is 'When a session ends unless it is used.';

create or replace function agora.session_read(session uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'account', jsonb_build_object(
        'id', a.id, 'handle', a.handle, 'shown_name', p.shown_name, 'email', a.email,
        'roles', to_jsonb(array['member'] || a.roles::text[]), 'level', agora.member_level(a.id)),
      'expires_at', agora.ts(agora.session_expires(s)))::text
      from agora.session s
      join agora.account a on a.id = s.account_id
      join agora.profile p on p.account_id = a.id
     where s.id = session);
end $$;
comment on function agora.session_read is 'Who is signed in (schema Session).';

create or replace function agora.session_open(of_account uuid, token text, from_address text, with_agent text)
  returns table (session text, lasts bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
  place text := agora.place(from_address);
  class text;
  made uuid;
begin
  select * into a from agora.account where id = of_account and state = 'active' for share;
  if not found then
    return;
  end if;
  class := case when a.roles = '{}' then 'member' else 'role' end;
  lasts := agora.policy_int('session.longest_' || class);
  delete from agora.session s where s.ends_at <= now() or s.account_id = a.id and agora.session_expires(s) <= now();
  insert into agora.session (account_id, token_hash, address, user_agent, idle, ends_at)
  values (a.id, decode(token, 'hex'), from_address, left(with_agent, 400),
          make_interval(secs => agora.policy_int('session.idle_' || class)), now() + make_interval(secs => lasts))
  returning id into made;
  delete from agora.attempt where key = agora.sign_in_key(a.email, place);
  update agora.attempt set n = n - 1 where key = 'address:' || place and n > 0;
  insert into agora.known_place as k (account_id, place) values (a.id, place)
  on conflict on constraint known_place_pkey do update set last_at = now();
  delete from agora.known_place k where k.account_id = a.id and k.last_at < now() - interval '90 days';
  session := agora.session_read(made);
  return next;
end $$;
comment on function agora.session_open is
  'Opens a session after the right password, and takes back the try that was counted; no row when the account is not active.';

create or replace function agora.session_use(token text)
  returns table (session uuid, account uuid, roles text, authenticated_us bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  last timestamptz;
begin
  select s.id, a.id, array_to_string(a.roles, ' '), (extract(epoch from s.authenticated_at) * 1000000)::bigint, s.last_used_at
    into session, account, roles, authenticated_us, last
    from agora.session s join agora.account a on a.id = s.account_id
   where s.token_hash = decode(token, 'hex') and agora.session_expires(s) > now() and a.state = 'active';
  if not found then
    return;
  end if;
  if last < now() - interval '1 minute' then
    update agora.session s set last_used_at = now() where s.id = session;
  end if;
  return next;
end $$;
comment on function agora.session_use is 'Whose session it is, and that it is in use; no row when it has ended.';

create or replace function agora.session_list(viewer uuid, current uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
             'id', s.id, 'current', s.id = current, 'device', agora.device(s.user_agent),
             'created_at', agora.ts(s.authenticated_at), 'last_used_at', agora.ts(s.last_used_at),
             'expires_at', agora.ts(agora.session_expires(s))) order by s.last_used_at desc, s.id), '[]'))::text
      from agora.session s
     where s.account_id = viewer and agora.session_expires(s) > now());
end $$;
comment on function agora.session_list is 'The account''s sessions (schema SessionInfo).';

create or replace function agora.session_end(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  delete from agora.session where id = wanted and account_id = viewer;
  if not found then
    perform agora.fail('AG001');
  end if;
end $$;
comment on function agora.session_end is 'Ends a session of the viewer''s own.';

grant execute on function agora.sign_in_begin, agora.session_open, agora.session_read, agora.session_use,
  agora.session_list, agora.session_end to agora_app;
