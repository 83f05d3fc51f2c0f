-- The OpenID provider: who may ask, requests that wait for consent, codes, access tokens. All of it hangs
-- on the session it was made in: whatever ends the session ends them.

insert into agora.policy (key, value, meaning) values
  ('oidc.tmtp_level', '2', 'Level of verification a member needs before a TMTP server is told who they are');

create table agora.oidc_client (
  id text primary key check (id ~ '^[A-Za-z0-9._-]{1,100}$'),
  name text not null check (length(name) between 1 and 100),
  redirect_uris text[] not null check (cardinality(redirect_uris) > 0),
  scopes text[] not null check ('openid' = any (scopes))
);
comment on table agora.oidc_client is 'Programs and sites that may ask members to sign in. All are public: no secret, PKCE instead.';
comment on column agora.oidc_client.id is 'OAuth "client_id"; also the audience of its tokens';
comment on column agora.oidc_client.name is 'As the consent page calls it';
comment on column agora.oidc_client.redirect_uris is
  'Where answers may go, compared to the octet; http on a loopback host is written without a port and allows any (RFC 8252)';
comment on column agora.oidc_client.scopes is 'What it may ask for';

insert into agora.oidc_client (id, name, redirect_uris, scopes) values
  ('tmtp', 'Your TMTP client', '{http://localhost/u,http://127.0.0.1/u,"http://[::1]/u"}', '{openid,profile,tmtp}');

create table agora.oidc_request (
  id uuid primary key default agora.new_id(),
  token_hash bytea not null unique check (length(token_hash) = 32),
  session_id uuid not null references agora.session on delete cascade,
  client_id text not null references agora.oidc_client on delete cascade,
  redirect_uri text not null,
  scope text not null,
  challenge text not null check (challenge ~ '^[A-Za-z0-9_-]{43}$'),
  nonce text,
  state text,
  expires_at timestamptz not null default now() + interval '10 minutes'
);
create index oidc_request_session on agora.oidc_request (session_id);
create index oidc_request_expires_at on agora.oidc_request (expires_at);
comment on table agora.oidc_request is 'Requests shown on a consent page, each answered once at most.';
comment on column agora.oidc_request.id is 'Identity';
comment on column agora.oidc_request.token_hash is 'SHA-256 of the token in the page''s form';
comment on column agora.oidc_request.session_id is 'Session that was shown the page; only it may answer';
comment on column agora.oidc_request.client_id is 'Who asks';
comment on column agora.oidc_request.redirect_uri is 'Where the answer goes, as asked';
comment on column agora.oidc_request.scope is 'What would be given, separated by spaces';
comment on column agora.oidc_request.challenge is 'PKCE challenge, S256';
comment on column agora.oidc_request.nonce is 'Goes into the id_token';
comment on column agora.oidc_request.state is 'Goes back as it came: percent-encoded, never decoded';
comment on column agora.oidc_request.expires_at is 'Until when it may be answered';

create table agora.oidc_code (
  id uuid primary key default agora.new_id(),
  code_hash bytea not null unique check (length(code_hash) = 32),
  session_id uuid not null references agora.session on delete cascade,
  client_id text not null references agora.oidc_client on delete cascade,
  redirect_uri text not null,
  scope text not null,
  challenge text not null,
  nonce text,
  used_at timestamptz,
  expires_at timestamptz not null default now() + interval '60 seconds'
);
create index oidc_code_session on agora.oidc_code (session_id);
create index oidc_code_expires_at on agora.oidc_code (expires_at);
comment on table agora.oidc_code is 'Authorization codes; kept for a while after use, so that a second use is noticed.';
comment on column agora.oidc_code.id is 'Identity';
comment on column agora.oidc_code.code_hash is 'SHA-256 of the code';
comment on column agora.oidc_code.session_id is 'Session in which the member agreed';
comment on column agora.oidc_code.client_id is 'Who may redeem it';
comment on column agora.oidc_code.redirect_uri is 'Must be named again, to the octet';
comment on column agora.oidc_code.scope is 'What was agreed to';
comment on column agora.oidc_code.challenge is 'What the verifier must hash to';
comment on column agora.oidc_code.nonce is 'Goes into the id_token';
comment on column agora.oidc_code.used_at is 'First try to redeem it, right or wrong';
comment on column agora.oidc_code.expires_at is 'Until when it may be redeemed';

create table agora.oidc_token (
  id uuid primary key default agora.new_id(),
  token_hash bytea not null unique check (length(token_hash) = 32),
  code_id uuid not null references agora.oidc_code on delete cascade,
  expires_at timestamptz not null default now() + interval '10 minutes'
);
create index oidc_token_code on agora.oidc_token (code_id);
comment on table agora.oidc_token is 'Access tokens, for the userinfo address only.';
comment on column agora.oidc_token.id is 'Identity';
comment on column agora.oidc_token.token_hash is 'SHA-256 of the token';
comment on column agora.oidc_token.code_id is 'Code it was given for; says whose and for what';
comment on column agora.oidc_token.expires_at is 'Until when it counts';
