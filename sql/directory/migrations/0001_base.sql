-- What everything else stands on: roles' rights, ids, errors, settings, people and accounts, the audit
-- log, the outbox and the events that browsers listen to.
--
-- The roles agora_owner (owns everything, runs migrations) and agora_app (runs the service, may only
-- call functions it was granted) are made with the database, before the first migration. The runner
-- makes the schema agora and its table of migrations before it runs this file.

create extension if not exists pg_trgm with schema public;
create extension if not exists unaccent with schema public;

alter default privileges revoke execute on functions from public;
grant usage on schema agora to agora_app;

create function agora.fail(code text, pointer text default null, sentence text default '') returns void
  language plpgsql set search_path = '' as $$
begin
  if pointer is null then
    raise exception using errcode = code, message = sentence;
  end if;
  raise exception using errcode = code, message = sentence, detail = pointer;
end $$;
comment on function agora.fail is
  'Stops the statement with an error of the registry (directory/base/errors.def): code AGnnn, JSON pointer of the field at fault, sentence for a person.';

create function agora.new_id() returns uuid
  language sql volatile set search_path = '' as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
              placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
              from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;
comment on function agora.new_id is 'A UUID of version 7 (RFC 9562): ordered by time of making, so that indexes stay dense.';

create function agora.ts(t timestamptz) returns text
  language sql stable set search_path = '' as $$
  select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
comment on function agora.ts is 'A time as RFC 3339 in UTC with milliseconds, as every answer of the interface has it.';

create type agora.tier as enum ('public', 'members', 'contacts', 'self');
comment on type agora.tier is
  'Who may see a value: everyone, signed-in members, contacts, only the member. A viewer of tier T sees values of tiers up to T.';

create type agora.account_state as enum ('applicant', 'active', 'suspended', 'erased');
create type agora.account_role as enum ('verifier', 'admin', 'auditor');

create table agora.policy (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]+$'),
  value jsonb not null,
  meaning text not null
);
comment on table agora.policy is 'Numbers and choices that an organisation can set, with their defaults.';
comment on column agora.policy.key is 'Name, grouped by what it is about: introduction.open_asks';
comment on column agora.policy.value is 'Value in force';
comment on column agora.policy.meaning is 'What it does and its unit';

create function agora.policy_int(wanted text) returns bigint
  language sql stable set search_path = '' as $$
  select (value #>> '{}')::bigint from agora.policy where key = wanted
$$;
comment on function agora.policy_int is 'A whole number of agora.policy; null when there is none of that name.';

create table agora.person (
  id uuid primary key default agora.new_id(),
  created_at timestamptz not null default now()
);
comment on table agora.person is 'A human being, apart from any account: limits and cool-downs follow the person.';
comment on column agora.person.id is 'Identity';
comment on column agora.person.created_at is 'When we first knew of them';

create table agora.account (
  id uuid primary key default agora.new_id(),
  person_id uuid not null references agora.person,
  email text not null check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  handle text not null check (handle ~ '^[a-z0-9](-?[a-z0-9])*$' and length(handle) between 3 and 60),
  given_name text not null check (length(given_name) between 1 and 100),
  family_name text not null check (length(family_name) between 1 and 100),
  state agora.account_state not null default 'applicant',
  roles agora.account_role[] not null default '{}',
  created_at timestamptz not null default now(),
  version bigint not null default 1
);
create unique index account_email on agora.account (email) where state <> 'erased';
create unique index account_handle on agora.account (handle);
create index account_person on agora.account (person_id);
comment on table agora.account is 'A member''s sign-in. The id is also the OpenID subject.';
comment on column agora.account.id is 'Identity; OpenID Connect "sub"';
comment on column agora.account.person_id is 'Whose account';
comment on column agora.account.email is 'Confirmed address for sign-in, lower case; never shown to others';
comment on column agora.account.handle is 'Name in addresses: /m/{handle}';
comment on column agora.account.given_name is 'As stated by the member; a verified name is a claim';
comment on column agora.account.family_name is 'As stated by the member; a verified name is a claim';
comment on column agora.account.state is 'applicant until the address is confirmed; only active accounts can sign in';
comment on column agora.account.roles is 'Rights beyond a member''s';
comment on column agora.account.created_at is 'When the application came in';
comment on column agora.account.version is 'Raised by every change; the ETag';

create function agora.is_active(who uuid) returns boolean
  language sql stable set search_path = '' as $$
  select exists (select from agora.account where id = who and state = 'active')
$$;
comment on function agora.is_active is 'Whether the account exists and may take part.';

-- Audit log: written in the transaction of what it records; chained when that transaction commits.

create table agora.audit_event (
  id uuid primary key default agora.new_id(),
  seq bigint unique,
  at timestamptz not null default clock_timestamp(),
  actor uuid,
  action text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  subject_kind text not null,
  subject uuid,
  detail jsonb not null default '{}',
  previous_hash bytea,
  hash bytea
);
comment on table agora.audit_event is 'What was done, by whom, to what. Append-only; a chain of hashes shows any change, loss or reordering.';
comment on column agora.audit_event.id is 'Identity';
comment on column agora.audit_event.seq is 'Place in the chain, from 1, without gaps';
comment on column agora.audit_event.at is 'When';
comment on column agora.audit_event.actor is 'Account that did it; null for the system or an operator';
comment on column agora.audit_event.action is 'What: case.approve, introduction.accept';
comment on column agora.audit_event.subject_kind is 'Kind of thing acted on: case, introduction, account';
comment on column agora.audit_event.subject is 'Which one';
comment on column agora.audit_event.detail is 'Facts of the act; no document contents, no free text of members';
comment on column agora.audit_event.previous_hash is 'Hash of the row before';
comment on column agora.audit_event.hash is 'SHA-256 over this row and previous_hash: agora.audit_hash';

create function agora.audit_hash(e agora.audit_event) returns bytea
  language sql stable set search_path = '' as $$
  select sha256(convert_to(jsonb_build_array(
    e.seq, e.id, agora.ts(e.at), extract(epoch from e.at)::text, e.actor, e.action, e.subject_kind, e.subject, e.detail,
    encode(e.previous_hash, 'hex'))::text, 'UTF8'))
$$;
comment on function agora.audit_hash is 'The hash that row e must have: SHA-256 over the JSON text of its columns in order and the hash before it.';

create function agora.audit_seal() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  before record;
  sealed agora.audit_event;
begin
  -- At commit, under one lock: the chain has one order although many transactions write to it.
  perform pg_advisory_xact_lock(hashtext('agora.audit_event'));
  select e.seq, e.hash into before from agora.audit_event e where e.seq is not null order by e.seq desc limit 1;
  sealed := new;
  sealed.seq := coalesce(before.seq, 0) + 1;
  sealed.previous_hash := coalesce(before.hash, ''::bytea);
  update agora.audit_event set seq = sealed.seq, previous_hash = sealed.previous_hash, hash = agora.audit_hash(sealed)
   where id = new.id;
  return null;
end $$;
comment on function agora.audit_seal is 'Gives a new row its place in the chain when its transaction commits.';

create constraint trigger audit_seal after insert on agora.audit_event
  deferrable initially deferred for each row execute function agora.audit_seal();

create function agora.audit(actor uuid, action text, subject_kind text, subject uuid, detail jsonb default '{}') returns void
  language sql security definer set search_path = '' as $$
  insert into agora.audit_event (actor, action, subject_kind, subject, detail)
  values (actor, action, subject_kind, subject, detail)
$$;
comment on function agora.audit is 'Records an act in the transaction that does it.';

-- Outbox: what was decided and must be done outside the database.

create type agora.outbox_kind as enum ('mail', 'grant', 'tell', 'end', 'suspend');
create type agora.outbox_state as enum ('waiting', 'running', 'done', 'failed', 'superseded');

create table agora.outbox (
  id uuid primary key default agora.new_id(),
  kind agora.outbox_kind not null,
  order_key text not null,
  payload jsonb not null,
  state agora.outbox_state not null default 'waiting',
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  last_error text,
  result jsonb,
  created_at timestamptz not null default now(),
  done_at timestamptz
);
create index outbox_due on agora.outbox (next_at, id) where state in ('waiting', 'running');
create index outbox_order on agora.outbox (order_key, id) where state in ('waiting', 'running');
comment on table agora.outbox is 'Work for the worker, written in the transaction that decided it; every row is carried out at least once, its id is the idempotency key.';
comment on column agora.outbox.id is 'Identity and idempotency key; ordered by time';
comment on column agora.outbox.kind is 'mail: send a message; grant/end: permission on the TMTP server; tell: introducing thread; suspend: account on the TMTP server';
comment on column agora.outbox.order_key is 'Rows of one key are carried out one after the other, oldest first';
comment on column agora.outbox.payload is 'What the action needs';
comment on column agora.outbox.state is 'waiting until next_at, running under a lease, then done, failed for good, or superseded by a later row';
comment on column agora.outbox.attempts is 'How often it was tried';
comment on column agora.outbox.next_at is 'Not before';
comment on column agora.outbox.lease_until is 'Until when the worker that took it may be trusted to be at it';
comment on column agora.outbox.last_error is 'Why the last try failed, for the admin';
comment on column agora.outbox.result is 'What came of it: message id, server''s answer';
comment on column agora.outbox.created_at is 'When it was decided';
comment on column agora.outbox.done_at is 'When it was settled';

create function agora.outbox_add(kind agora.outbox_kind, order_key text, payload jsonb) returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  made uuid;
begin
  insert into agora.outbox (kind, order_key, payload) values (kind, order_key, payload) returning id into made;
  perform pg_notify('agora_outbox', '');
  return made;
end $$;
comment on function agora.outbox_add is 'Queues work in the transaction that decides it, and wakes the worker when that commits.';

-- Events: what a browser should look at again.

create table agora.event (
  id bigint generated always as identity primary key,
  account_id uuid not null references agora.account,
  kind text not null check (kind ~ '^[a-z_]+$'),
  ref uuid,
  at timestamptz not null default now()
);
create index event_account on agora.event (account_id, id);
comment on table agora.event is 'Says that something an account can see has changed; carries no content. Kept for a day.';
comment on column agora.event.id is 'Order; the Last-Event-ID of the stream';
comment on column agora.event.account_id is 'Whose browser';
comment on column agora.event.kind is 'introduction, case, queue, tmtp';
comment on column agora.event.ref is 'Which one';
comment on column agora.event.at is 'When';

create function agora.event_add(account uuid, kind text, ref uuid default null) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  made bigint;
begin
  insert into agora.event (account_id, kind, ref) values (account, kind, ref) returning id into made;
  perform pg_notify('agora_event', jsonb_build_object('id', made, 'account', account, 'kind', kind, 'ref', ref)::text);
end $$;
comment on function agora.event_add is 'Tells the account''s browsers, once the transaction has committed, to look again.';

-- Answers kept for Idempotency-Key (24 hours).

create table agora.idempotency (
  account_id uuid not null references agora.account,
  route text not null,
  key text not null check (length(key) between 1 and 128),
  body_hash bytea not null,
  status integer,
  answer text,
  etag text,
  at timestamptz not null default now(),
  primary key (account_id, route, key)
);
create index idempotency_at on agora.idempotency (at);
comment on table agora.idempotency is 'Answers to requests with an Idempotency-Key, so that a repeat gets the first answer; kept for 24 hours.';
comment on column agora.idempotency.account_id is 'Who asked';
comment on column agora.idempotency.route is 'Method and path';
comment on column agora.idempotency.key is 'Idempotency-Key';
comment on column agora.idempotency.body_hash is 'SHA-256 of the body; the same key with another body is refused';
comment on column agora.idempotency.status is 'HTTP status of the answer';
comment on column agora.idempotency.answer is 'Body of the answer';
comment on column agora.idempotency.etag is 'ETag of the answer';
comment on column agora.idempotency.at is 'When';
