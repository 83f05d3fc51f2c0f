-- A verification: what an approved case gave, with a life of its own, and the claims that it makes
-- verified. It belongs to the person, so that every account of theirs has the same level.

create type agora.verification_state as enum ('active', 'suspended', 'revoked', 'superseded');
comment on type agora.verification_state is
  'What was decided about a verification. That it is due or has lapsed follows from the time and is never stored.';

create table agora.verification (
  id uuid primary key default agora.new_id(),
  person_id uuid not null references agora.person,
  account_id uuid not null references agora.account,
  case_id uuid unique references agora.vcase,
  level smallint not null references agora.level check (level > 0),
  trust_framework text not null check (trust_framework ~ '^[A-Za-z][A-Za-z0-9_]*$'),
  assurance_level text not null,
  verified_by text not null,
  remotely boolean not null,
  against text[] not null,
  verified_at timestamptz not null default now(),
  valid_until timestamptz not null,
  state agora.verification_state not null default 'active',
  ended_at timestamptz,
  ended_by uuid references agora.account,
  end_reason text references agora.revoke_reason,
  end_note text check (length(end_note) between 1 and 2000),
  version bigint not null default 1,
  check (valid_until > verified_at),
  check ((state in ('revoked', 'superseded')) = (ended_at is not null)),
  check (state <> 'revoked' or (end_reason is not null and end_note is not null and ended_by is not null))
);
create unique index verification_current on agora.verification (person_id) where state in ('active', 'suspended');
create index verification_person on agora.verification (person_id, verified_at desc);
comment on table agora.verification is 'That the organisation has checked who a person is, to which level, how, and until when.';
comment on column agora.verification.id is 'Identity';
comment on column agora.verification.person_id is 'Whose; one active or suspended at most';
comment on column agora.verification.account_id is 'Account that asked';
comment on column agora.verification.case_id is 'Case that was approved; null when it was imported';
comment on column agora.verification.level is 'Level reached';
comment on column agora.verification.trust_framework is 'Rule set: trust_framework of OpenID Connect for Identity Assurance';
comment on column agora.verification.assurance_level is 'Level by the rule set''s own name';
comment on column agora.verification.verified_by is 'Name of the organisation at that time';
comment on column agora.verification.remotely is 'Whether nobody met';
comment on column agora.verification.against is 'The evidence, as words of a sentence: {a passport, a register entry}';
comment on column agora.verification.verified_at is 'When it was decided';
comment on column agora.verification.valid_until is 'When it lapses';
comment on column agora.verification.state is 'What was decided about it since';
comment on column agora.verification.ended_at is 'When it was revoked or superseded';
comment on column agora.verification.ended_by is 'Who revoked it';
comment on column agora.verification.end_reason is 'Why; null when a newer one took its place';
comment on column agora.verification.end_note is 'Private note of who revoked it';
comment on column agora.verification.version is 'Raised by every change';

create table agora.claim (
  id uuid primary key default agora.new_id(),
  person_id uuid not null references agora.person,
  case_id uuid references agora.vcase,
  name text not null references agora.claim_name,
  value text not null check (length(value) between 1 and 300),
  verification_id uuid references agora.verification,
  unique (case_id, name),
  unique (verification_id, name),
  check (case_id is not null or verification_id is not null)
);
create index claim_person on agora.claim (person_id) where verification_id is not null;
comment on table agora.claim is 'A fact that a person states in a case. It is verified for as long as the verification it names is active.';
comment on column agora.claim.id is 'Identity';
comment on column agora.claim.person_id is 'About whom';
comment on column agora.claim.case_id is 'Case in which it was stated; null when it was imported';
comment on column agora.claim.name is 'Which fact';
comment on column agora.claim.value is 'As stated';
comment on column agora.claim.verification_id is 'What made it verified; null: stated only';
