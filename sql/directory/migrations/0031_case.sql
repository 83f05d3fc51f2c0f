-- A case: one request to be verified, with its claims, evidence, checks and decision. What it may become
-- is rows of agora.vcase_transition; a trigger on agora.vcase refuses any other change of state and
-- writes the timeline and the audit log, so that no path leads around them.

create type agora.case_state as enum
  ('draft', 'submitted', 'in_review', 'needs_member', 'approved', 'rejected', 'withdrawn');
comment on type agora.case_state is 'States of a case; the ways between them are agora.vcase_transition.';

create table agora.vcase_transition (
  from_state agora.case_state,
  event text not null check (event ~ '^[a-z_]{3,20}$'),
  actor_role text not null check (actor_role in ('member', 'verifier', 'admin')),
  to_state agora.case_state not null,
  told text not null,
  unique nulls not distinct (from_state, event, actor_role)
);
comment on table agora.vcase_transition is 'Every legal change of a case''s state; what is not here does not happen.';
comment on column agora.vcase_transition.from_state is 'State before; null: there was no case';
comment on column agora.vcase_transition.event is 'What is done; the action of the audit log is case.EVENT';
comment on column agora.vcase_transition.actor_role is
  'As whom: the member it is about, the verifier it is assigned to (or, for take, who will be), an admin';
comment on column agora.vcase_transition.to_state is 'State after';
comment on column agora.vcase_transition.told is 'Line of the timeline';

insert into agora.vcase_transition (from_state, event, actor_role, to_state, told) values
  (null, 'open', 'member', 'draft', 'The request was begun.'),
  ('draft', 'submit', 'member', 'submitted', 'It was sent to the verifiers.'),
  ('submitted', 'take', 'verifier', 'in_review', 'A verifier has begun to look at it.'),
  ('in_review', 'release', 'verifier', 'submitted', 'It went back to the queue for another verifier.'),
  ('in_review', 'release', 'admin', 'submitted', 'It went back to the queue for another verifier.'),
  ('in_review', 'ask', 'verifier', 'needs_member', 'The verifier asked for more.'),
  ('needs_member', 'reply', 'member', 'in_review', 'The answer went to the verifier.'),
  ('needs_member', 'requeue', 'member', 'submitted', 'The answer went to the verifiers; another one will look at it.'),
  ('in_review', 'approve', 'verifier', 'approved', 'It was approved.'),
  ('in_review', 'reject', 'verifier', 'rejected', 'It was not approved.'),
  ('draft', 'withdraw', 'member', 'withdrawn', 'It was withdrawn.'),
  ('submitted', 'withdraw', 'member', 'withdrawn', 'It was withdrawn.'),
  ('in_review', 'withdraw', 'member', 'withdrawn', 'It was withdrawn.'),
  ('needs_member', 'withdraw', 'member', 'withdrawn', 'It was withdrawn.');

create function agora.case_reference() returns text
  language sql volatile set search_path = '' as $$
  select 'V-' || string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(r.octets, i) % 30, 1)
                            || case when i = 3 then '-' else '' end, '' order by i)
    from (select sha256(uuid_send(gen_random_uuid())) as octets) r
   cross join generate_series(0, 7) i
$$;
comment on function agora.case_reference is 'A short name for a case that can be read out: V-7K3F-92QX. Without letters that look like digits.';

create table agora.vcase (
  id uuid primary key default agora.new_id(),
  reference text not null unique default agora.case_reference(),
  account_id uuid not null references agora.account,
  person_id uuid not null references agora.person,
  level smallint not null references agora.level check (level > 0),
  state agora.case_state not null default 'draft',
  assigned_to uuid references agora.account,
  contact_method text references agora.check_method,
  identity_key text,
  opened_at timestamptz not null default now(),
  submitted_at timestamptz,
  due_at timestamptz,
  decided_at timestamptz,
  step integer not null default 1,
  event text not null default 'open',
  actor uuid not null references agora.account,
  actor_role text not null default 'member',
  version bigint not null default 1,
  check (assigned_to is not null or state not in ('in_review', 'needs_member', 'approved', 'rejected')),
  check (assigned_to is null or state not in ('draft', 'submitted')),
  check (state in ('draft', 'withdrawn') or (submitted_at is not null and due_at is not null)),
  check ((state in ('approved', 'rejected')) = (decided_at is not null))
);
create unique index vcase_one_open on agora.vcase (person_id)
  where state in ('draft', 'submitted', 'in_review', 'needs_member');
create index vcase_account on agora.vcase (account_id, opened_at desc);
create index vcase_queue on agora.vcase (due_at, id) where state = 'submitted';
create index vcase_open on agora.vcase (due_at, id) where state in ('submitted', 'in_review', 'needs_member');
create index vcase_assigned on agora.vcase (assigned_to, due_at, id) where state in ('in_review', 'needs_member');
create index vcase_decided on agora.vcase (decided_at desc, id desc) where decided_at is not null;
create index vcase_identity on agora.vcase (identity_key) where identity_key is not null;
comment on table agora.vcase is 'One request to be verified (case is a word of SQL).';
comment on column agora.vcase.id is 'Identity; verification_process of OpenID Connect for Identity Assurance';
comment on column agora.vcase.reference is 'Short name for people';
comment on column agora.vcase.account_id is 'Account that asks';
comment on column agora.vcase.person_id is 'Whom it is about; a person has one open case at most';
comment on column agora.vcase.level is 'Level asked for';
comment on column agora.vcase.state is 'Where it stands';
comment on column agora.vcase.assigned_to is 'Verifier who has it, or decided it';
comment on column agora.vcase.contact_method is 'How the account''s address was found to answer; null: it was not';
comment on column agora.vcase.identity_key is 'Normalised name and date of birth as submitted, to find the same person again';
comment on column agora.vcase.opened_at is 'When it was begun';
comment on column agora.vcase.submitted_at is 'When it was first sent';
comment on column agora.vcase.due_at is 'When it should be decided; moves by the time that the member took to answer';
comment on column agora.vcase.decided_at is 'When it was approved or rejected';
comment on column agora.vcase.step is 'Counts changes of state';
comment on column agora.vcase.event is 'The last one: event of agora.vcase_transition';
comment on column agora.vcase.actor is 'Who did it';
comment on column agora.vcase.actor_role is 'As whom';
comment on column agora.vcase.version is 'Raised by every change, those of claims, evidence and checks included; the ETag';

create table agora.vcase_event (
  id bigint generated always as identity primary key,
  case_id uuid not null references agora.vcase,
  step integer not null,
  event text not null,
  from_state agora.case_state,
  to_state agora.case_state not null,
  actor uuid not null references agora.account,
  actor_role text not null,
  at timestamptz not null default now(),
  unique (case_id, step)
);
comment on table agora.vcase_event is 'The timeline of a case, written by the trigger on agora.vcase.';
comment on column agora.vcase_event.id is 'Order';
comment on column agora.vcase_event.case_id is 'Case';
comment on column agora.vcase_event.step is 'Its count of changes';
comment on column agora.vcase_event.event is 'What was done';
comment on column agora.vcase_event.from_state is 'State before';
comment on column agora.vcase_event.to_state is 'State after';
comment on column agora.vcase_event.actor is 'Who did it';
comment on column agora.vcase_event.actor_role is 'As whom';
comment on column agora.vcase_event.at is 'When';

create function agora.vcase_guard() returns trigger
  language plpgsql set search_path = '' as $$
declare
  before agora.case_state;
begin
  if tg_op = 'UPDATE' then
    before := old.state;
    if new.version <= old.version then
      raise exception 'a change of a case must raise its version';
    end if;
    if new.step = old.step and new.state = old.state then
      return new;
    end if;
  end if;
  if new.step <> coalesce(old.step, 0) + 1 then
    raise exception 'the state of a case changes one step at a time';
  end if;
  if not exists (select from agora.vcase_transition t
                  where t.from_state is not distinct from before and t.to_state = new.state
                    and t.event = new.event and t.actor_role = new.actor_role) then
    perform agora.fail('AG003', null, 'This request is in a state that does not allow it.');
  end if;
  if new.actor_role <> 'member'
     and new.person_id = (select a.person_id from agora.account a where a.id = new.actor) then
    perform agora.fail('AG002', null, 'You cannot act on a request about yourself.');
  end if;
  return new;
end $$;
comment on function agora.vcase_guard is
  'Lets a case change its state only by a row of agora.vcase_transition, and never by a verifier or admin who is the person it is about.';

create trigger vcase_guard before insert or update on agora.vcase
  for each row execute function agora.vcase_guard();

create function agora.vcase_record() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  before agora.case_state;
begin
  if tg_op = 'UPDATE' then
    if new.step = old.step then
      return null;
    end if;
    before := old.state;
  end if;
  insert into agora.vcase_event (case_id, step, event, from_state, to_state, actor, actor_role)
  values (new.id, new.step, new.event, before, new.state, new.actor, new.actor_role);
  perform agora.audit(new.actor, 'case.' || new.event, 'case', new.id, jsonb_strip_nulls(jsonb_build_object(
    'from', before, 'to', new.state, 'as', new.actor_role, 'level', new.level)));
  return null;
end $$;
comment on function agora.vcase_record is 'Writes the timeline and the audit log of every change of state.';

create trigger vcase_record after insert or update on agora.vcase
  for each row execute function agora.vcase_record();

create table agora.vcase_question (
  event_id bigint primary key references agora.vcase_event,
  case_id uuid not null references agora.vcase,
  reason_codes text[] not null check (cardinality(reason_codes) between 1 and 10),
  public_text text not null check (length(public_text) between 1 and 2000)
);
create index vcase_question_case on agora.vcase_question (case_id, event_id desc);
comment on table agora.vcase_question is 'What a verifier asked of the member, for each event ''ask''.';
comment on column agora.vcase_question.event_id is 'The event';
comment on column agora.vcase_question.case_id is 'Case';
comment on column agora.vcase_question.reason_codes is 'agora.reason_code used to ask';
comment on column agora.vcase_question.public_text is 'What the member reads';

create table agora.evidence (
  id uuid primary key default agora.new_id(),
  case_id uuid not null references agora.vcase,
  type text not null,
  subtype text not null,
  document_number text check (length(document_number) between 1 and 80),
  number_key text generated always as (upper(regexp_replace(document_number, '[^A-Za-z0-9]', '', 'g'))) stored,
  issuer text check (length(issuer) between 1 and 200),
  issuer_country text check (issuer_country ~ '^[A-Z]{2}$'),
  date_of_issuance date,
  date_of_expiry date,
  note text check (length(note) between 1 and 1000),
  added_at timestamptz not null default now(),
  removed_at timestamptz,
  foreign key (type, subtype) references agora.evidence_type,
  check (date_of_expiry >= date_of_issuance)
);
create index evidence_case on agora.evidence (case_id, id);
create index evidence_number on agora.evidence (subtype, number_key) where number_key <> '';
comment on table agora.evidence is 'A document, record or attestation that a member names, by its facts; the claims of document_details and record.';
comment on column agora.evidence.id is 'Identity';
comment on column agora.evidence.case_id is 'Case';
comment on column agora.evidence.type is 'Kind: agora.evidence_type';
comment on column agora.evidence.subtype is 'Kind: agora.evidence_type';
comment on column agora.evidence.document_number is 'Number of the document, licence or member, as written on it';
comment on column agora.evidence.number_key is 'That number without spaces and signs, to find it again';
comment on column agora.evidence.issuer is 'Who issued it or keeps the record';
comment on column agora.evidence.issuer_country is 'Their country';
comment on column agora.evidence.date_of_issuance is 'When it was issued';
comment on column agora.evidence.date_of_expiry is 'Until when it is valid';
comment on column agora.evidence.note is 'What the member wants the verifier to know';
comment on column agora.evidence.added_at is 'When the member named it';
comment on column agora.evidence.removed_at is 'When the member took it back after it had been checked; it counts no more';

create table agora.vcheck (
  id uuid primary key default agora.new_id(),
  seq bigint generated always as identity,
  evidence_id uuid not null references agora.evidence,
  check_method text not null references agora.check_method,
  result text not null check (result in ('passed', 'failed', 'cannot_tell')),
  organization text check (length(organization) between 1 and 200),
  note text check (length(note) between 1 and 1000),
  by uuid not null references agora.account,
  at timestamptz not null default now()
);
create index vcheck_evidence on agora.vcheck (evidence_id, check_method, seq desc);
comment on table agora.vcheck is 'A check of a piece of evidence (check_details). Never changed: a later check by the same method takes its place.';
comment on column agora.vcheck.id is 'Identity; check_id of OpenID Connect for Identity Assurance';
comment on column agora.vcheck.seq is 'Order';
comment on column agora.vcheck.evidence_id is 'What was checked';
comment on column agora.vcheck.check_method is 'How';
comment on column agora.vcheck.result is 'What came of it';
comment on column agora.vcheck.organization is 'Who was asked: a register';
comment on column agora.vcheck.note is 'For verifiers only';
comment on column agora.vcheck.by is 'Verifier';
comment on column agora.vcheck.at is 'When';

create table agora.decision (
  id uuid primary key default agora.new_id(),
  case_id uuid not null unique references agora.vcase,
  by uuid not null references agora.account,
  outcome text not null check (outcome in ('approve', 'reject')),
  reason_codes text[] not null default '{}' check (cardinality(reason_codes) <= 10),
  public_text text check (length(public_text) between 1 and 2000),
  private_note text check (length(private_note) between 1 and 2000),
  computed jsonb not null,
  duplicates integer not null,
  at timestamptz not null default now(),
  check (outcome = 'approve' or (cardinality(reason_codes) >= 1 and public_text is not null))
);
comment on table agora.decision is 'How a case was decided, and on what.';
comment on column agora.decision.id is 'Identity';
comment on column agora.decision.case_id is 'Case';
comment on column agora.decision.by is 'Verifier';
comment on column agora.decision.outcome is 'approve or reject';
comment on column agora.decision.reason_codes is 'agora.reason_code used to reject; at least one when rejected';
comment on column agora.decision.public_text is 'What the member reads; needed when rejected';
comment on column agora.decision.private_note is 'For verifiers only';
comment on column agora.decision.computed is 'Level, reasons and what was missing, as the scorer gave them at that moment';
comment on column agora.decision.duplicates is 'How many other persons with the same name and birthdate or document number were found';
comment on column agora.decision.at is 'When';
