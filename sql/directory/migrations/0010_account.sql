-- Joining and signing in: passwords, applications that wait for their code, sessions, and the counters
-- that slow down guessing.

insert into agora.policy (key, value, meaning) values
  ('sign_in.free_account', '5', 'Wrong passwords for one address of e-mail before each further one costs a delay'),
  ('sign_in.free_address', '30', 'The same for one network address, whatever accounts it tries'),
  ('sign_in.longest_account', '60', 'Seconds the delay for one e-mail address grows to'),
  ('sign_in.longest_address', '900', 'Seconds the delay for one network address grows to'),
  ('mail.codes_per_hour', '5', 'Messages with codes that one e-mail address is sent in an hour'),
  ('session.idle_member', '1209600', 'Seconds without use after which a member''s session ends: 14 days'),
  ('session.idle_role', '1800', 'The same for verifiers, admins and auditors: 30 minutes'),
  ('session.longest_member', '7776000', 'Seconds a member''s session lasts at most: 90 days'),
  ('session.longest_role', '43200', 'The same for verifiers, admins and auditors: 12 hours');

create table agora.credential (
  account_id uuid primary key references agora.account on delete cascade,
  password text not null check (password like '$argon2id$%'),
  strong boolean not null,
  changed_at timestamptz not null default now()
);
comment on table agora.credential is 'What an account signs in with.';
comment on column agora.credential.account_id is 'Whose';
comment on column agora.credential.password is 'Argon2id string, made and checked by the service';
comment on column agora.credential.strong is 'Has the 15 characters that verifiers and admins need';
comment on column agora.credential.changed_at is 'When it was set';

create table agora.application (
  id uuid primary key default agora.new_id(),
  email text not null check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  given_name text not null check (length(given_name) between 1 and 100),
  family_name text not null check (length(family_name) between 1 and 100),
  password text not null check (password like '$argon2id$%'),
  strong boolean not null,
  code_hash bytea not null check (length(code_hash) = 32),
  tries integer not null default 0,
  expires_at timestamptz not null default now() + interval '24 hours'
);
create index application_email on agora.application (email);
create index application_expires_at on agora.application (expires_at);
comment on table agora.application is
  'Applications whose address is not confirmed yet. Each keeps its own names and password beside its own code, so that a stranger who applies with somebody''s address never gets an account with the stranger''s password.';
comment on column agora.application.id is 'Identity';
comment on column agora.application.email is 'Address that the code went to';
comment on column agora.application.given_name is 'As stated';
comment on column agora.application.family_name is 'As stated';
comment on column agora.application.password is 'Argon2id string that becomes the credential';
comment on column agora.application.strong is 'As in agora.credential';
comment on column agora.application.code_hash is 'SHA-256 of the code in the message';
comment on column agora.application.tries is 'Wrong codes given for this address since';
comment on column agora.application.expires_at is 'Until when the code counts';

create table agora.password_reset (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  code_hash bytea not null check (length(code_hash) = 32),
  tries integer not null default 0,
  expires_at timestamptz not null default now() + interval '24 hours'
);
create index password_reset_account on agora.password_reset (account_id);
comment on table agora.password_reset is 'Codes sent to set a new password.';
comment on column agora.password_reset.id is 'Identity';
comment on column agora.password_reset.account_id is 'Whose password';
comment on column agora.password_reset.code_hash is 'SHA-256 of the code in the message';
comment on column agora.password_reset.tries is 'Wrong codes given for this account since';
comment on column agora.password_reset.expires_at is 'Until when the code counts';

create table agora.session (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  token_hash bytea not null unique check (length(token_hash) = 32),
  address text not null,
  user_agent text not null check (length(user_agent) <= 400),
  authenticated_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  idle interval not null,
  ends_at timestamptz not null
);
create index session_account on agora.session (account_id);
create index session_ends_at on agora.session (ends_at);
comment on table agora.session is 'Who is signed in where. A row is the session: deleting it signs out.';
comment on column agora.session.id is 'Identity, shown in the list of sessions; not the secret';
comment on column agora.session.account_id is 'Who';
comment on column agora.session.token_hash is 'SHA-256 of the secret in the cookie';
comment on column agora.session.address is 'Network address of the sign-in';
comment on column agora.session.user_agent is 'Browser of the sign-in, as it calls itself';
comment on column agora.session.authenticated_at is 'When they proved who they are; OpenID Connect "auth_time"';
comment on column agora.session.last_used_at is 'Last request, to the minute';
comment on column agora.session.idle is 'Ends when not used for this long';
comment on column agora.session.ends_at is 'Ends then, however much it is used';

create table agora.known_place (
  account_id uuid not null references agora.account on delete cascade,
  place text not null,
  last_at timestamptz not null default now(),
  primary key (account_id, place)
);
comment on table agora.known_place is
  'Networks an account has signed in from within 90 days: guesses made elsewhere do not slow those down, so that no stranger can lock a member out.';
comment on column agora.known_place.account_id is 'Who';
comment on column agora.known_place.place is 'Network, as agora.place has it';
comment on column agora.known_place.last_at is 'Last sign-in from there';

create table agora.attempt (
  key text primary key,
  n integer not null default 1 check (n >= 0),
  last_at timestamptz not null default now()
);
create index attempt_last_at on agora.attempt (last_at);
comment on table agora.attempt is 'Counters that slow down guessing and flooding; hold no e-mail address in the clear.';
comment on column agora.attempt.key is 'What is counted: account:HASH, account:HASH@PLACE, address:PLACE, mail:HASH';
comment on column agora.attempt.n is 'How often, since it last was quiet for long enough';
comment on column agora.attempt.last_at is 'The last time';

create function agora.session_end_on_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from agora.session where account_id = new.id;
  return null;
end $$;
comment on function agora.session_end_on_change is 'Rights have changed: whoever holds a session signs in again.';

create trigger session_end after update on agora.account for each row
  when (old.roles is distinct from new.roles or old.state is distinct from new.state)
  execute function agora.session_end_on_change();
