-- The OpenID provider's rules: who may ask, consent, codes that work once.

create or replace function agora.oidc_client_find(wanted text, redirect text)
  returns table (name text, scopes text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select c.name, array_to_string(c.scopes, ' ')
    from agora.oidc_client c
   where c.id = wanted
     and (redirect = any (c.redirect_uris)
          or regexp_replace(redirect, '^(http://(?:localhost|127\.0\.0\.1|\[::1\])):[1-9][0-9]{0,4}(/.*)$', '\1\2') = any (c.redirect_uris));
end $$;
comment on function agora.oidc_client_find is
  'The client that may be answered at this address; no row when there is none, and then nobody is sent there.';

create or replace function agora.oidc_level_missing(account uuid, scope text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return 'tmtp' = any (string_to_array(scope, ' ')) and agora.member_level(account) < agora.policy_int('oidc.tmtp_level');
end $$;
comment on function agora.oidc_level_missing is 'Whether the scope asks for a verified member and this one is not.';

create or replace function agora.oidc_ask(
    in_session uuid, client text, redirect text, with_scope text, with_challenge text, with_nonce text, with_state text, token text)
  returns table (shown_name text, email text, allowed boolean)
  language plpgsql security definer set search_path = '' as $$
declare
  who uuid;
begin
  select s.account_id, p.shown_name, a.email into who, shown_name, email
    from agora.session s
    join agora.account a on a.id = s.account_id
    join agora.profile p on p.account_id = a.id
   where s.id = in_session;
  if not found then
    perform agora.fail('AG008');
  end if;
  allowed := not agora.oidc_level_missing(who, with_scope);
  if allowed then
    delete from agora.oidc_request where expires_at <= now();
    insert into agora.oidc_request (token_hash, session_id, client_id, redirect_uri, scope, challenge, nonce, state)
    values (decode(token, 'hex'), in_session, client, redirect, with_scope, with_challenge, with_nonce, with_state);
  end if;
  return next;
end $$;
comment on function agora.oidc_ask is
  'Keeps a request until its consent page is answered; not allowed when the member''s verification is missing.';

create or replace function agora.oidc_answer(in_session uuid, token text, agreed boolean, code text)
  returns table (redirect_uri text, state text)
  language plpgsql security definer set search_path = '' as $$
declare
  r agora.oidc_request;
begin
  delete from agora.oidc_request q
   where q.token_hash = decode(token, 'hex') and q.session_id = in_session and q.expires_at > now()
   returning * into r;
  if not found then
    return;
  end if;
  if agreed then
    -- Kept for a day, so that a code that turns up again ends what it gave.
    delete from agora.oidc_code where expires_at < now() - interval '1 day';
    insert into agora.oidc_code (code_hash, session_id, client_id, redirect_uri, scope, challenge, nonce, verified)
    values (decode(code, 'hex'), r.session_id, r.client_id, r.redirect_uri, r.scope, r.challenge, r.nonce, r.verified);
  end if;
  redirect_uri := r.redirect_uri;
  state := r.state;
  return next;
end $$;
comment on function agora.oidc_answer is
  'The member''s answer to a consent page, once: where to send them; no row when the page was answered, is too old or another''s.';

create or replace function agora.oidc_redeem(client text, code text, redirect text, verifier_hash text, token text)
  returns table (account uuid, shown_name text, scope text, nonce text, auth_time bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.oidc_code;
begin
  select * into c from agora.oidc_code where code_hash = decode(code, 'hex') for update;
  if not found then
    return;
  end if;
  -- No errors here: they would undo what the attempt costs.
  if c.used_at is not null then
    delete from agora.oidc_token where code_id = c.id;
    return;
  end if;
  update agora.oidc_code set used_at = now() where id = c.id;
  if c.expires_at <= now() or c.client_id <> client or c.redirect_uri <> redirect or c.challenge <> verifier_hash then
    return;
  end if;
  select a.id, p.shown_name, c.scope, c.nonce, floor(extract(epoch from s.authenticated_at))::bigint
    into account, shown_name, scope, nonce, auth_time
    from agora.session s
    join agora.account a on a.id = s.account_id and a.state = 'active'
    join agora.profile p on p.account_id = a.id
   where s.id = c.session_id and not agora.oidc_level_missing(a.id, c.scope);
  if not found then
    return;
  end if;
  insert into agora.oidc_token (token_hash, code_id) values (decode(token, 'hex'), c.id);
  perform agora.audit(account, 'oidc.token', 'account', account, jsonb_build_object('client', client, 'scope', scope));
  return next;
end $$;
comment on function agora.oidc_redeem is
  'Redeems a code: any attempt uses it up, a second one ends what the first gave; no row when nothing is given.';

create or replace function agora.oidc_userinfo(token text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select (jsonb_build_object('sub', a.id, 'name', p.shown_name)
            || jsonb_strip_nulls(jsonb_build_object('verified_claims', agora.oidc_verified_now(a.id, c.verified -> 'userinfo'))))::text
      from agora.oidc_token t
      join agora.oidc_code c on c.id = t.code_id
      join agora.session s on s.id = c.session_id
      join agora.account a on a.id = s.account_id and a.state = 'active'
      join agora.profile p on p.account_id = a.id
     where t.token_hash = decode(token, 'hex') and t.expires_at > now());
end $$;
comment on function agora.oidc_userinfo is 'Who an access token speaks of.';

grant execute on function agora.oidc_client_find, agora.oidc_ask, agora.oidc_answer, agora.oidc_redeem, agora.oidc_userinfo
  to agora_app;
