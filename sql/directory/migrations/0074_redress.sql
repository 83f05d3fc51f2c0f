-- Vouching, appeals, complaints and retention: what other people say about who a member is, what a member or
-- a stranger can do against a decision, and how long any of it is kept.

insert into agora.policy (key, value, meaning) values
  ('vouch.per_year', '10', 'Vouches of one person that hold at a time, given within the last 365 days, at most'),
  ('vouch.per_case', '4', 'Members whom one request may ask to vouch, at most'),
  ('vouch.open_asked', '20', 'Vouches that one member may be asked for and has not answered, at most'),
  ('vouch.known_months', '24', 'Months for which a voucher must have known the person for a vouch to count above fair'),
  ('vouch.validity_months', '24', 'Months for which a vouch holds; then it is asked again'),
  ('vouch.ask_again_days', '60', 'Days before its end on which a voucher is asked whether it is still true'),
  ('vouch.remind_days', '7', 'Days after which a voucher who has not answered is reminded'),
  ('vouch.timeout_days', '14', 'Days after which a vouch that was not answered is waited for no longer'),
  ('redress.acknowledge_working_days', '2', 'Working days within which an appeal or complaint is acknowledged'),
  ('complaint.decide_days', '14', 'Days within which a complaint is decided'),
  ('complaint.per_day', '5', 'Complaints that one network may send in a day'),
  ('complaint.confirm_hours', '24', 'Hours for which the code to confirm a complaint counts'),
  ('verification.ombudsman', '"The ombudsman of the organisation, named in its practice statement"',
   'To whom a member can turn after an appeal was decided: the second and last step'),
  ('retention.batch', '500', 'Items of one class that one run of the retention removes at most')
on conflict (key) do nothing;

-- A draft that was never sent is closed with the others whose time is up.
insert into agora.vcase_transition (from_state, event, actor_role, to_state, told) values
  ('draft', 'expire', 'system', 'withdrawn', 'It was never sent, and was closed.');

-- Vouches

insert into agora.check_method (place, code, class, cap, presented, in_person, label) values
  (20, 'x_vouch', 'validation', 'fair', true, false, 'Another member vouched'),
  (21, 'x_vouch_known', 'validation', 'strong', true, false, 'Another member who has known the person for long vouched');
insert into agora.evidence_type (place, type, subtype, strength, superior_by_signature, max_age_days, label, phrase) values
  (15, 'vouch', 'digital_attestation', 'fair', false, null, 'A verified member vouches for you', 'another member''s word');
insert into agora.evidence_method (type, subtype, check_method) values
  ('vouch', 'digital_attestation', 'x_vouch'), ('vouch', 'digital_attestation', 'x_vouch_known');

alter table agora.vcheck add column voucher_level smallint references agora.level;
comment on column agora.vcheck.voucher_level is 'Of a vouch: the voucher''s own level when they gave it; null for every other check';

create type agora.vouch_state as enum
  ('named', 'asked', 'given', 'declined', 'unanswered', 'withdrawn', 'lapsed', 'set_aside', 'cancelled');
comment on type agora.vouch_state is
  'named: in a request that was not sent yet; asked; given: it holds; declined; unanswered: in time; withdrawn by its voucher; lapsed: not said again in time; set_aside by a verifier; cancelled with its request.';

create table agora.vouch (
  id uuid primary key default agora.new_id(),
  case_id uuid not null references agora.vcase,
  evidence_id uuid unique references agora.evidence on delete set null,
  voucher_id uuid not null references agora.account,
  voucher_person uuid not null references agora.person,
  subject_person uuid not null references agora.person,
  state agora.vouch_state not null default 'named',
  message text check (length(message) between 1 and 500),
  named_at timestamptz not null default now(),
  asked_at timestamptz,
  expires_at timestamptz,
  reminded boolean not null default false,
  answered_at timestamptz,
  relation text check (length(relation) between 1 and 500),
  known_since date,
  known_as text check (length(known_as) between 1 and 200),
  voucher_level smallint references agora.level,
  valid_until timestamptz,
  asked_again_at timestamptz,
  ended_at timestamptz,
  private_reason text check (length(private_reason) between 1 and 1000),
  version bigint not null default 1,
  check (voucher_person <> subject_person),
  check ((state = 'asked') <= (asked_at is not null and expires_at is not null)),
  check ((state = 'given') <= (answered_at is not null and valid_until is not null and voucher_level is not null))
);
create unique index vouch_once on agora.vouch (case_id, voucher_person) where state <> 'cancelled';
create index vouch_voucher on agora.vouch (voucher_person, answered_at) where state = 'given';
create index vouch_subject on agora.vouch (subject_person) where state = 'given';
create index vouch_mine on agora.vouch (voucher_id, named_at desc);
create index vouch_open on agora.vouch (expires_at) where state = 'asked';
create index vouch_ends on agora.vouch (valid_until) where state = 'given';
comment on table agora.vouch is 'That a member was asked to say, or said, "I know this person as this name". Not about character.';
comment on column agora.vouch.id is 'Identity';
comment on column agora.vouch.case_id is 'Request it is evidence in';
comment on column agora.vouch.evidence_id is 'Piece of evidence; null when that was taken back before anybody had checked it';
comment on column agora.vouch.voucher_id is 'Account of who is asked';
comment on column agora.vouch.voucher_person is 'Person of that account: limits and rings are about persons';
comment on column agora.vouch.subject_person is 'Whom it is about';
comment on column agora.vouch.state is 'Where it stands';
comment on column agora.vouch.message is 'What the member wrote to the voucher';
comment on column agora.vouch.named_at is 'When the member named the voucher';
comment on column agora.vouch.asked_at is 'When the voucher was told: when the request was sent';
comment on column agora.vouch.expires_at is 'Until when an answer is waited for';
comment on column agora.vouch.reminded is 'Whether the voucher was reminded';
comment on column agora.vouch.answered_at is 'When it was given, declined, or said again';
comment on column agora.vouch.relation is 'How the voucher knows the person';
comment on column agora.vouch.known_since is 'Since when';
comment on column agora.vouch.known_as is 'By which name';
comment on column agora.vouch.voucher_level is 'The voucher''s own level at that time';
comment on column agora.vouch.valid_until is 'Until when it holds, unless it is said again';
comment on column agora.vouch.asked_again_at is 'When the voucher was asked whether it is still true';
comment on column agora.vouch.ended_at is 'When it stopped to hold';
comment on column agora.vouch.private_reason is 'Why the voucher declined or withdrew, for verifiers only';
comment on column agora.vouch.version is 'Raised by every change';

create table agora.vouch_review (
  id uuid primary key default agora.new_id(),
  vouch_id uuid not null references agora.vouch on delete cascade,
  reason text not null check (reason in ('voucher_revoked', 'withdrawn', 'lapsed', 'ring')),
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by uuid references agora.account,
  outcome text check (outcome in ('kept', 'set_aside')),
  note text check (length(note) between 1 and 2000),
  check ((closed_at is null) = (outcome is null))
);
create unique index vouch_review_open on agora.vouch_review (vouch_id, reason) where closed_at is null;
create index vouch_review_list on agora.vouch_review (opened_at) where closed_at is null;
comment on table agora.vouch_review is 'Vouches that a verifier must look at again, and what they found.';
comment on column agora.vouch_review.id is 'Identity';
comment on column agora.vouch_review.vouch_id is 'Which vouch';
comment on column agora.vouch_review.reason is 'voucher_revoked: the voucher''s verification was revoked for fraud; withdrawn; lapsed; ring: people vouch for each other';
comment on column agora.vouch_review.opened_at is 'Since when';
comment on column agora.vouch_review.closed_at is 'When a verifier was done with it';
comment on column agora.vouch_review.closed_by is 'Which verifier';
comment on column agora.vouch_review.outcome is 'kept: it counts; set_aside: it does not';
comment on column agora.vouch_review.note is 'For verifiers only';

-- Appeals

create table agora.appeal (
  id uuid primary key default agora.new_id(),
  case_id uuid unique references agora.vcase,
  verification_id uuid unique references agora.verification,
  account_id uuid not null references agora.account,
  person_id uuid not null references agora.person,
  text text not null check (length(text) between 1 and 4000),
  access_need boolean not null default false,
  opened_at timestamptz not null default now(),
  acknowledge_by timestamptz not null,
  decide_by timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by uuid references agora.account,
  decided_at timestamptz,
  decided_by uuid references agora.account,
  outcome text check (outcome in ('upheld', 'overturned', 'varied')),
  reason_text text check (length(reason_text) between 1 and 4000),
  private_note text check (length(private_note) between 1 and 2000),
  check (num_nonnulls(case_id, verification_id) = 1),
  check ((decided_at is null) = (outcome is null)),
  check (outcome is null or (reason_text is not null and decided_by is not null))
);
create index appeal_open on agora.appeal (decide_by) where decided_at is null;
create index appeal_decided on agora.appeal (decided_at) where decided_at is not null;
create index appeal_person on agora.appeal (person_id, opened_at desc);
comment on table agora.appeal is 'A member''s objection to a decision about them; once for each decision.';
comment on column agora.appeal.id is 'Identity';
comment on column agora.appeal.case_id is 'Request whose decision it is about';
comment on column agora.appeal.verification_id is 'Verification whose revocation for fraud it is about';
comment on column agora.appeal.account_id is 'Account that appeals';
comment on column agora.appeal.person_id is 'Whom it is about';
comment on column agora.appeal.text is 'What the member says';
comment on column agora.appeal.access_need is 'Whether the member says that a disability or another need for access played a part';
comment on column agora.appeal.opened_at is 'When it came';
comment on column agora.appeal.acknowledge_by is 'By when it must be acknowledged';
comment on column agora.appeal.decide_by is 'By when it must be decided';
comment on column agora.appeal.acknowledged_at is 'When it was';
comment on column agora.appeal.acknowledged_by is 'By whom';
comment on column agora.appeal.decided_at is 'When it was decided';
comment on column agora.appeal.decided_by is 'By whom: somebody who never touched the decision';
comment on column agora.appeal.outcome is 'upheld: the decision stands; overturned: it does not; varied: it stands in part';
comment on column agora.appeal.reason_text is 'What the member reads';
comment on column agora.appeal.private_note is 'For verifiers and admins only';

-- Whether somebody has touched a case or a verification is read from the log.
create index if not exists audit_event_subject on agora.audit_event (subject, actor);

-- Complaints

create table agora.complaint (
  id uuid primary key default agora.new_id(),
  reference text not null unique default agora.case_reference(),
  email text not null check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  name text check (length(name) between 1 and 200),
  handle text not null check (length(handle) between 1 and 200),
  about uuid references agora.account,
  relation text not null check (relation in ('myself', 'someone_else', 'organisation')),
  text text not null check (length(text) between 1 and 4000),
  access_need boolean not null default false,
  code_hash bytea check (length(code_hash) = 32),
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  confirmed_at timestamptz,
  acknowledge_by timestamptz,
  decide_by timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid references agora.account,
  decided_at timestamptz,
  decided_by uuid references agora.account,
  outcome text check (outcome in ('suspended', 'revoked', 'corrected', 'nothing_found')),
  note text check (length(note) between 1 and 2000),
  act_id uuid references agora.two_person_act,
  check ((confirmed_at is null) = (code_hash is not null)),
  check (confirmed_at is null or (acknowledge_by is not null and decide_by is not null)),
  check ((decided_at is null) = (outcome is null)),
  check (outcome is null or (confirmed_at is not null and decided_by is not null and note is not null)),
  check (act_id is null or coalesce(outcome, 'revoked') = 'revoked')
);
create index complaint_unconfirmed on agora.complaint (expires_at) where confirmed_at is null;
create index complaint_email on agora.complaint (email) where confirmed_at is null;
create index complaint_open on agora.complaint (decide_by) where confirmed_at is not null and decided_at is null;
create index complaint_decided on agora.complaint (decided_at) where decided_at is not null;
create index complaint_about on agora.complaint (about) where about is not null;
create unique index complaint_act on agora.complaint (act_id) where act_id is not null;
comment on table agora.complaint is 'That anybody says somebody is verified in the wrong name. Seen by admins once its address is confirmed.';
comment on column agora.complaint.id is 'Identity';
comment on column agora.complaint.reference is 'Short name for people';
comment on column agora.complaint.email is 'Address of who complains; answers go there';
comment on column agora.complaint.name is 'Their name, where they say it';
comment on column agora.complaint.handle is 'Which profile, as they wrote it';
comment on column agora.complaint.about is 'Account that this profile is; null when there is none';
comment on column agora.complaint.relation is 'In whose name: their own, somebody else''s, an organisation''s';
comment on column agora.complaint.text is 'What is wrong';
comment on column agora.complaint.access_need is 'As agora.appeal.access_need';
comment on column agora.complaint.code_hash is 'SHA-256 of the code in the message; null once it was given';
comment on column agora.complaint.sent_at is 'When the form was sent';
comment on column agora.complaint.expires_at is 'Until when the code counts';
comment on column agora.complaint.confirmed_at is 'When the address was confirmed: from here the time runs';
comment on column agora.complaint.acknowledge_by is 'By when it must be acknowledged';
comment on column agora.complaint.decide_by is 'By when it must be decided';
comment on column agora.complaint.acknowledged_at is 'When it was';
comment on column agora.complaint.acknowledged_by is 'By which admin';
comment on column agora.complaint.decided_at is 'When it was decided';
comment on column agora.complaint.decided_by is 'By which admin';
comment on column agora.complaint.outcome is 'What came of it';
comment on column agora.complaint.note is 'Why, for admins only';
comment on column agora.complaint.act_id is
  'The revocation for which a second person is, or was, needed. While it waits the complaint is undecided; when it is refused or runs out, this is null again';

create function agora.complaint_follows() returns trigger
  language plpgsql set search_path = '' as $$
begin
  perform agora.complaint_settle(new);
  return null;
end $$;
comment on function agora.complaint_follows is 'Lets a complaint follow the revocation that it waits for, whatever settles it.';

create trigger complaint_follows after update of state on agora.two_person_act for each row
  when (new.kind = 'revoke_fraud' and new.state <> 'asked') execute function agora.complaint_follows();

-- Retention

create table agora.retention_class (
  class text primary key check (class ~ '^[a-z][a-z_]{2,40}$'),
  keeps interval not null check (keeps >= interval '0'),
  counted_from text not null,
  then_done text not null,
  place smallint not null
);
comment on table agora.retention_class is 'How long what is kept, and what is done then. An organisation sets the time.';
comment on column agora.retention_class.class is 'Name';
comment on column agora.retention_class.keeps is 'For how long';
comment on column agora.retention_class.counted_from is 'From when on';
comment on column agora.retention_class.then_done is 'What is done then';
comment on column agora.retention_class.place is 'Order in the report';

insert into agora.retention_class (place, class, keeps, counted_from, then_done) values
  (1, 'unconfirmed_complaints', '0 days', 'the end of the time for the code', 'Deleted.'),
  (2, 'drafts', '30 days', 'the end of a request that was withdrawn or closed, or the last change of one that was never sent', 'Claims, evidence, checks, vouches and questions are deleted; the timeline stays.'),
  (3, 'evidence_files', '30 days', 'the decision', 'The data key is destroyed and the file deleted; the receipt stays.'),
  (4, 'restricted_rejections', '30 days', 'the decision (the time for an appeal)', 'Only the keyed hash stays, to know the person again.'),
  (5, 'restricted_hashes', '24 months', 'the decision', 'The keyed hash is deleted.'),
  (6, 'evidence_facts', '72 months', 'the end of the verification, or the rejection', 'Claims, evidence, checks and vouches are deleted; counters stay.'),
  (7, 'complaints', '24 months', 'the decision', 'Address, name and texts are deleted; dates and outcome stay.'),
  (8, 'decisions', '84 months', 'the decision', 'Texts and notes of decisions, appeals and revocations are deleted; dates, codes and outcome stay.');

create table agora.legal_hold (
  id uuid primary key default agora.new_id(),
  subject_kind text not null check (subject_kind in ('case', 'person', 'complaint')),
  subject uuid not null,
  reason text not null check (length(reason) between 1 and 1000),
  owner uuid not null references agora.account,
  placed_at timestamptz not null default now(),
  reviewed_at timestamptz not null default now(),
  review_on date not null,
  lifted_at timestamptz,
  lifted_by uuid references agora.account,
  told_at timestamptz,
  check (review_on <= (reviewed_at at time zone 'UTC' + interval '6 months')::date),
  check (review_on >= (reviewed_at at time zone 'UTC')::date),
  check ((lifted_at is null) = (lifted_by is null))
);
create index legal_hold_subject on agora.legal_hold (subject) where lifted_at is null;
comment on table agora.legal_hold is 'What must not be removed although its time is up. Holds until it is lifted, also when its review is overdue.';
comment on column agora.legal_hold.id is 'Identity';
comment on column agora.legal_hold.subject_kind is 'case, person (everything about them) or complaint';
comment on column agora.legal_hold.subject is 'Which one';
comment on column agora.legal_hold.reason is 'Why, for admins';
comment on column agora.legal_hold.owner is 'Admin who answers for it';
comment on column agora.legal_hold.placed_at is 'Since when';
comment on column agora.legal_hold.reviewed_at is 'When it was last found to be needed';
comment on column agora.legal_hold.review_on is 'Day by which it must be looked at again, at most six months later';
comment on column agora.legal_hold.lifted_at is 'When it ended';
comment on column agora.legal_hold.lifted_by is 'Who ended it';
comment on column agora.legal_hold.told_at is 'When its owner was told that the review is due';

create table agora.retention_item (
  class text not null references agora.retention_class,
  subject uuid not null,
  gone_at timestamptz not null default now(),
  primary key (class, subject)
);
create index retention_item_when on agora.retention_item (class, gone_at);
comment on table agora.retention_item is 'What has been removed when its time was up: names no fact, only which case, complaint or appeal it was.';
comment on column agora.retention_item.class is 'Class';
comment on column agora.retention_item.subject is 'Case, complaint, appeal or verification';
comment on column agora.retention_item.gone_at is 'When';

create table agora.retention_counter (
  type text not null,
  subtype text not null,
  issuer_country text not null default '',
  year integer not null,
  passed bigint not null default 0,
  other bigint not null default 0,
  primary key (type, subtype, issuer_country, year)
);
comment on table agora.retention_counter is 'What stays of evidence whose time is up: numbers.';
comment on column agora.retention_counter.type is 'Kind of evidence';
comment on column agora.retention_counter.subtype is 'Kind of evidence';
comment on column agora.retention_counter.issuer_country is 'Country of its issuer; empty when none was stated';
comment on column agora.retention_counter.year is 'Year in which it was named';
comment on column agora.retention_counter.passed is 'Pieces with a passed check';
comment on column agora.retention_counter.other is 'Pieces without one';

-- What has gone is marked where it was, so that the hourly look for what is due reads indexes that hold only what
-- is still to go.

alter table agora.vcase add column gone text[] not null default '{}';
comment on column agora.vcase.gone is 'Retention classes of which this has gone';
alter table agora.verification add column gone text[] not null default '{}';
comment on column agora.verification.gone is 'Retention classes of which this, or what it rested on, has gone';

create index vcase_left on agora.vcase (state_at) where state in ('withdrawn', 'closed_stale') and not gone @> '{drafts}';
create index vcase_refused on agora.vcase (decided_at) where state in ('rejected', 'upheld', 'varied') and not gone @> '{evidence_facts}';
create index vcase_texts on agora.vcase (decided_at)
  where state in ('approved', 'rejected', 'upheld', 'varied') and not gone @> '{decisions}';
create index decision_refused on agora.decision using gin (reason_codes) where outcome = 'reject' and state = 'final';
create index verification_facts on agora.verification ((coalesce(ended_at, valid_until)))
  where case_id is not null and not gone @> '{evidence_facts}';
create index verification_texts on agora.verification (ended_at) where state = 'revoked' and not gone @> '{decisions}';
