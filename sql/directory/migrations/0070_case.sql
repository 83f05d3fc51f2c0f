-- The whole state machine of a case: held, queued, waiting for others, attended sessions, the trusted
-- referee, the second person, stale, appeal. Every legal change is a row of agora.vcase_transition that names
-- its guards, who has the case then and who is told; agora.vcase_guard (functions/case_guard.sql) refuses
-- all others.

-- States. A case that waits for a verifier was `submitted`; it is `queued` now, and `submitted` is the
-- moment of screening.
drop trigger vcase_guard on agora.vcase;
drop trigger vcase_record on agora.vcase;
drop index agora.vcase_one_open, agora.vcase_queue, agora.vcase_open, agora.vcase_assigned;
-- Functions whose arguments change; the functions' files make them anew.
drop function if exists agora.case_must_be(agora.vcase, agora.case_state[]);
drop function if exists agora.case_decide(uuid, uuid, text, text, text[], text, text);
drop function if exists agora.case_open(uuid, integer);
drop function if exists agora.case_tell(agora.vcase, agora.vcase);
drop function if exists agora.case_asked_at(uuid);
alter table agora.vcase
  drop constraint vcase_check, drop constraint vcase_check1, drop constraint vcase_check2, drop constraint vcase_check3;
drop table agora.vcase_transition;

alter type agora.case_state rename to case_state_before;
create type agora.case_state as enum
  ('draft', 'submitted', 'held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked',
   'referee_review', 'awaiting_second', 'approved', 'rejected', 'withdrawn', 'stale', 'closed_stale',
   'appealed', 'upheld', 'overturned', 'varied');
comment on type agora.case_state is 'States of a case; the ways between them are agora.vcase_transition.';

alter table agora.vcase
  alter column state drop default,
  alter column state type agora.case_state
    using (case state::text when 'submitted' then 'queued' else state::text end)::agora.case_state,
  alter column state set default 'draft';
alter table agora.vcase_event
  alter column from_state type agora.case_state
    using (case from_state::text when 'submitted' then 'queued' else from_state::text end)::agora.case_state,
  alter column to_state type agora.case_state
    using (case to_state::text when 'submitted' then 'queued' else to_state::text end)::agora.case_state;
drop type agora.case_state_before;

-- Who is told what by e-mail.

create table agora.case_notice (
  code text primary key check (code ~ '^[a-z_]{3,30}$'),
  subject text not null,
  body text not null
);
comment on table agora.case_notice is 'E-mails about a case to its member. They carry no content of the case.';
comment on column agora.case_notice.code is 'Name';
comment on column agora.case_notice.subject is 'Subject';
comment on column agora.case_notice.body is 'Text; {reference} is the case''s short name, {due} the day by which it is to be decided, {until} the day until which we wait';

insert into agora.case_notice (code, subject, body) values
  ('received', 'We have your request to be verified', 'We have your request {reference}. You will hear from us by {due}.'),
  ('asked', 'A question about your request to be verified', 'The verifier needs something from you before your request {reference} can go on.'),
  ('asked_again', 'Your request to be verified waits for you', 'Your request {reference} still waits for your answer. We keep it open until {until}.'),
  ('third_party', 'Your request to be verified waits for someone else', 'Someone else was asked about your request {reference}. You need do nothing; it goes on by {until} at the latest.'),
  ('third_party_again', 'Your request to be verified still waits', 'The person or register that was asked about your request {reference} has not answered yet. It goes on by {until} in any case.'),
  ('session', 'Choose a time to meet a verifier', 'A verifier proposes to meet you for your request {reference}. Please choose a time.'),
  ('session_off', 'The meeting with a verifier does not take place', 'The meeting about your request {reference} was called off. You need do nothing; the verifier will be in touch.'),
  ('session_missed', 'You were missed at the meeting with a verifier', 'The meeting about your request {reference} did not take place. The verifier may propose another time.'),
  ('stale', 'Your request to be verified is set aside', 'We have not heard from you, so your request {reference} is set aside. You can take it up again until {until}; nothing is lost.'),
  ('closed', 'Your request to be verified was closed', 'Your request {reference} was set aside for long and is closed now. You can begin a new one at any time.'),
  ('approved', 'You are verified', 'Your request {reference} was approved.'),
  ('rejected', 'Your request to be verified was not approved', 'Your request {reference} was decided. You can read the decision and what you can do now.'),
  ('appealed', 'We have your appeal', 'We have your appeal about request {reference}. Someone who had nothing to do with it will decide.'),
  ('appeal_decided', 'Your appeal was decided', 'Your appeal about request {reference} was decided. You can read the decision and what you can do now.');

-- The transitions.

create table agora.vcase_transition (
  from_state agora.case_state,
  event text not null check (event ~ '^[a-z_]{3,30}$'),
  actor_role text not null check (actor_role in ('member', 'verifier', 'admin', 'system')),
  to_state agora.case_state not null,
  guard text[] not null default '{}'
    check (guard <@ '{G1,G2,G3,G4,G5,G6,one_person,two_persons,within_appeal,untouched,missed_once,missed_twice}'::text[]),
  holder text not null default 'keep' check (holder in ('keep', 'actor', 'nobody', 'second', 'no_second')),
  notice text references agora.case_notice,
  told text not null,
  unique nulls not distinct (from_state, event, actor_role)
);
comment on table agora.vcase_transition is 'Every legal change of a case''s state; what is not here does not happen.';
comment on column agora.vcase_transition.from_state is 'State before; null: there was no case';
comment on column agora.vcase_transition.event is 'What is done; the action of the audit log is case.EVENT';
comment on column agora.vcase_transition.actor_role is
  'As whom: the member it is about; the verifier it is assigned to (or, for take and take_second, who will be); an admin; the system by itself, whose actor may be null';
comment on column agora.vcase_transition.to_state is 'State after';
comment on column agora.vcase_transition.guard is
  'What must hold besides, checked by agora.case_guard in the same transaction. G1 actor not involved; G2 second is another person and has looked for themself; G3 snapshot presented is the current one; G4 level reached; G5 reason and text; G6 reason for the referee; one_person, two_persons: how many the decision needs; within_appeal: not too late; untouched: had nothing to do with the case; missed_once, missed_twice: how many sessions the member missed';
comment on column agora.vcase_transition.holder is
  'Who has the case after it. keep: as before; actor: who does it; nobody: it waits for any verifier; second: who does it is the second person; no_second: any second person';
comment on column agora.vcase_transition.notice is 'E-mail to the member: agora.case_notice; null: none';
comment on column agora.vcase_transition.told is 'Line of the timeline';

insert into agora.vcase_transition (from_state, event, actor_role, to_state, guard, holder, notice, told) values
  (null, 'open', 'member', 'draft', '{}', 'keep', null, 'The request was begun.'),
  ('draft', 'submit', 'member', 'submitted', '{}', 'keep', null, 'It was sent to the verifiers.'),
  ('submitted', 'screen_ok', 'system', 'queued', '{}', 'nobody', 'received', 'It waits for a verifier.'),
  ('submitted', 'screen_hold', 'system', 'held', '{}', 'nobody', 'received', 'It waits for a first look by the organisation.'),
  ('held', 'clear', 'verifier', 'queued', '{G1}', 'nobody', null, 'It waits for a verifier.'),
  ('held', 'clear', 'admin', 'queued', '{G1}', 'nobody', null, 'It waits for a verifier.'),
  ('held', 'reject', 'verifier', 'rejected', '{G1,G5,one_person}', 'actor', 'rejected', 'It was not approved.'),
  ('held', 'reject', 'admin', 'rejected', '{G1,G5,one_person}', 'actor', 'rejected', 'It was not approved.'),
  ('held', 'recommend_reject', 'verifier', 'awaiting_second', '{G1,G5,two_persons}', 'actor', null, 'A second person looks at it before it is decided.'),
  ('queued', 'take', 'verifier', 'in_review', '{G1}', 'actor', null, 'A verifier has begun to look at it.'),
  ('in_review', 'release', 'verifier', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('in_review', 'release', 'admin', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('in_review', 'release', 'system', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('in_review', 'conflict', 'verifier', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('in_review', 'ask', 'verifier', 'needs_member', '{}', 'keep', 'asked', 'The verifier asked for more.'),
  ('needs_member', 'reply', 'member', 'in_review', '{}', 'keep', null, 'The answer went to the verifier.'),
  ('needs_member', 'requeue', 'member', 'queued', '{}', 'nobody', null, 'The answer went to the verifiers; another one will look at it.'),
  ('needs_member', 'set_aside', 'system', 'stale', '{}', 'keep', 'stale', 'It was set aside because no answer came.'),
  ('in_review', 'ask_third_party', 'verifier', 'needs_third_party', '{}', 'keep', 'third_party', 'Someone else was asked.'),
  ('needs_third_party', 'third_party_answer', 'system', 'in_review', '{}', 'keep', null, 'The answer went to the verifier.'),
  ('needs_third_party', 'third_party_answer', 'verifier', 'in_review', '{}', 'keep', null, 'The answer went to the verifier.'),
  ('needs_third_party', 'third_party_timeout', 'system', 'in_review', '{}', 'keep', null, 'No answer came; the verifier goes on without it.'),
  ('in_review', 'book', 'verifier', 'session_booked', '{}', 'keep', 'session', 'The verifier proposed to meet.'),
  ('session_booked', 'choose', 'member', 'session_booked', '{}', 'keep', null, 'A time to meet was chosen.'),
  ('session_booked', 'call_off', 'member', 'in_review', '{}', 'keep', null, 'The meeting was called off.'),
  ('session_booked', 'call_off', 'verifier', 'in_review', '{}', 'keep', 'session_off', 'The meeting was called off.'),
  ('session_booked', 'lapse', 'system', 'in_review', '{}', 'keep', null, 'No time to meet was chosen.'),
  ('session_booked', 'meet', 'verifier', 'in_review', '{}', 'keep', null, 'The meeting took place.'),
  ('session_booked', 'miss', 'verifier', 'in_review', '{missed_once}', 'keep', 'session_missed', 'The meeting did not take place.'),
  ('session_booked', 'miss_again', 'verifier', 'stale', '{missed_twice}', 'keep', 'stale', 'The meeting did not take place again; the request was set aside.'),
  ('in_review', 'refer', 'verifier', 'referee_review', '{G1,G6}', 'keep', null, 'A trusted referee looks at it.'),
  ('referee_review', 'release', 'verifier', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('referee_review', 'release', 'admin', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('referee_review', 'release', 'system', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('referee_review', 'conflict', 'verifier', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('in_review', 'approve', 'verifier', 'approved', '{G1,G3,G4,one_person}', 'keep', 'approved', 'It was approved.'),
  ('in_review', 'reject', 'verifier', 'rejected', '{G1,G5,one_person}', 'keep', 'rejected', 'It was not approved.'),
  ('in_review', 'recommend', 'verifier', 'awaiting_second', '{G1,G3,G4,two_persons}', 'keep', null, 'A second person looks at it before it is decided.'),
  ('in_review', 'recommend_reject', 'verifier', 'awaiting_second', '{G1,G5,two_persons}', 'keep', null, 'A second person looks at it before it is decided.'),
  ('referee_review', 'recommend', 'verifier', 'awaiting_second', '{G1,G3,G4,G6,two_persons}', 'keep', null, 'A second person looks at it before it is decided.'),
  ('referee_review', 'recommend_reject', 'verifier', 'awaiting_second', '{G1,G5,G6,two_persons}', 'keep', null, 'A second person looks at it before it is decided.'),
  ('awaiting_second', 'take_second', 'verifier', 'awaiting_second', '{G1}', 'second', null, 'The second person has begun to look at it.'),
  ('awaiting_second', 'release', 'verifier', 'awaiting_second', '{}', 'no_second', null, 'Another second person will look at it.'),
  ('awaiting_second', 'release', 'admin', 'awaiting_second', '{}', 'no_second', null, 'Another second person will look at it.'),
  ('awaiting_second', 'release', 'system', 'awaiting_second', '{}', 'no_second', null, 'Another second person will look at it.'),
  ('awaiting_second', 'conflict', 'verifier', 'awaiting_second', '{}', 'no_second', null, 'Another second person will look at it.'),
  ('awaiting_second', 'confirm', 'verifier', 'approved', '{G1,G2,G3,G4}', 'keep', 'approved', 'It was approved.'),
  ('awaiting_second', 'confirm_reject', 'verifier', 'rejected', '{G1,G2,G3,G5}', 'keep', 'rejected', 'It was not approved.'),
  ('awaiting_second', 'return', 'verifier', 'in_review', '{}', 'no_second', null, 'It went back to the verifier for another look.'),
  ('awaiting_second', 'return_away', 'verifier', 'queued', '{}', 'nobody', null, 'It went back to the queue for another verifier.'),
  ('stale', 'resume', 'member', 'queued', '{}', 'nobody', 'received', 'It was taken up again and waits for a verifier.'),
  ('stale', 'close', 'system', 'closed_stale', '{}', 'keep', 'closed', 'It was closed because no answer came.'),
  ('approved', 'appeal', 'member', 'appealed', '{within_appeal}', 'keep', 'appealed', 'An appeal was made.'),
  ('rejected', 'appeal', 'member', 'appealed', '{within_appeal}', 'keep', 'appealed', 'An appeal was made.'),
  ('appealed', 'uphold', 'verifier', 'upheld', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the decision stands.'),
  ('appealed', 'uphold', 'admin', 'upheld', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the decision stands.'),
  ('appealed', 'overturn', 'verifier', 'overturned', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the request is looked at again by someone else.'),
  ('appealed', 'overturn', 'admin', 'overturned', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the request is looked at again by someone else.'),
  ('appealed', 'vary', 'verifier', 'varied', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the decision was changed in part.'),
  ('appealed', 'vary', 'admin', 'varied', '{G1,untouched}', 'keep', 'appeal_decided', 'The appeal was decided: the decision was changed in part.'),
  ('overturned', 'requeue', 'system', 'queued', '{}', 'nobody', null, 'It waits for another verifier.');
insert into agora.vcase_transition (from_state, event, actor_role, to_state, told)
select s, 'withdraw', 'member', 'withdrawn', 'It was withdrawn.'
  from unnest('{draft,held,queued,in_review,needs_member,needs_third_party,session_booked,referee_review,awaiting_second,stale}'
              ::agora.case_state[]) s;

-- How fast: classes and to which a case belongs.

create table agora.sla_class (
  code text primary key check (code ~ '^[a-z_]{3,20}$'),
  label text not null,
  working_days integer not null check (working_days between 1 and 90),
  place smallint not null
);
comment on table agora.sla_class is 'Within how many working days a case is to be decided.';
comment on column agora.sla_class.code is 'Name';
comment on column agora.sla_class.label is 'Plain words';
comment on column agora.sla_class.working_days is 'Working days from the day it was sent; the clock stops while it waits for others';
comment on column agora.sla_class.place is 'Order in lists';
insert into agora.sla_class (place, code, label, working_days) values
  (1, 'quick', 'Quick', 2), (2, 'standard', 'Standard', 5), (3, 'attended', 'With a meeting', 15);

create table agora.sla_rule (
  level smallint not null references agora.level,
  renewed boolean not null,
  class text not null references agora.sla_class,
  primary key (level, renewed)
);
comment on table agora.sla_rule is 'Which class a case belongs to.';
comment on column agora.sla_rule.level is 'Level asked for';
comment on column agora.sla_rule.renewed is 'Whether the member is verified at that level or above already';
comment on column agora.sla_rule.class is 'The class';
insert into agora.sla_rule (level, renewed, class) values
  (1, false, 'quick'), (1, true, 'quick'), (2, false, 'standard'), (2, true, 'quick'),
  (3, false, 'standard'), (3, true, 'quick'), (4, false, 'attended'), (4, true, 'attended');
update agora.sla_class set working_days = p.value::integer
  from agora.policy p where p.key = 'verification.working_days' and code = 'standard';
delete from agora.policy where key = 'verification.working_days';

-- What a case keeps besides.

alter table agora.vcase
  add second_by uuid references agora.account,
  add sla_class text references agora.sla_class,
  add state_at timestamptz not null default now(),
  add remind_at timestamptz,
  add wait_until timestamptz,
  add hold_reasons text[] not null default '{}' check (hold_reasons <@ '{duplicate,under_age,blocked}'::text[]),
  add missed smallint not null default 0 check (missed between 0 and 2),
  add referee_asked text check (length(referee_asked) between 1 and 1000),
  add referee_reason text,
  add referee_note text check (length(referee_note) between 1 and 2000),
  alter column actor drop not null,
  add constraint vcase_actor check (actor is not null or actor_role = 'system'),
  add constraint vcase_holder check (assigned_to is not null or state not in
    ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review', 'awaiting_second', 'approved', 'rejected')),
  add constraint vcase_no_holder check (assigned_to is null or state not in ('draft', 'submitted', 'held', 'queued')),
  add constraint vcase_second check (second_by is null or state not in
    ('draft', 'submitted', 'held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review')),
  add constraint vcase_two_persons check (second_by <> assigned_to),
  add constraint vcase_sent check (state in ('draft', 'withdrawn') or (submitted_at is not null and due_at is not null)),
  add constraint vcase_decided check
    ((state in ('approved', 'rejected', 'appealed', 'upheld', 'overturned', 'varied')) = (decided_at is not null)),
  add constraint vcase_referee check (state <> 'referee_review' or referee_reason is not null);
update agora.vcase set sla_class = 'standard', version = version + 1 where submitted_at is not null;
comment on column agora.vcase.assigned_to is 'Verifier who has it, or decided it first';
comment on column agora.vcase.actor is 'Who did it; null: the system by itself';
comment on column agora.vcase.second_by is 'Second person of a decision that needs two, once one has taken it';
comment on column agora.vcase.sla_class is 'How fast: agora.sla_class, settled when it was sent';
comment on column agora.vcase.state_at is 'Since when it has been in this state';
comment on column agora.vcase.remind_at is 'When whoever is waited for is to be reminded; null: not, or done';
comment on column agora.vcase.wait_until is 'When waiting ends by itself; null: nothing is waited for';
comment on column agora.vcase.hold_reasons is 'Why the screen held it: the same as another person, too young, refused for fraud before';
comment on column agora.vcase.missed is 'How many sessions the member missed';
comment on column agora.vcase.referee_asked is 'Why the member asked for a trusted referee; null: they did not';
comment on column agora.vcase.referee_reason is 'Why a trusted referee was used: agora.referee_reason; null: none was';
comment on column agora.vcase.referee_note is 'What the verifier says about that; for verifiers only';

create unique index vcase_one_open on agora.vcase (person_id)
  where state not in ('approved', 'rejected', 'withdrawn', 'closed_stale', 'appealed', 'upheld', 'varied');
create index vcase_queue on agora.vcase (due_at, id) include (person_id) where state = 'queued';
create index vcase_second on agora.vcase (due_at, id) include (person_id) where state = 'awaiting_second';
create index vcase_held on agora.vcase (due_at, id) include (person_id) where state = 'held';
-- "Is true" keeps these two to the views that say so: one state's view would take them for its own index, and
-- read all the other cases that are due before its first.
create index vcase_late on agora.vcase (due_at) include (person_id)
  where (state in ('held', 'queued', 'in_review', 'referee_review', 'awaiting_second')) is true;
create index vcase_open on agora.vcase (due_at, id)
  where (state in ('held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review', 'awaiting_second')) is true;
create index vcase_assigned on agora.vcase (assigned_to, due_at, id)
  where state in ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review');
create index vcase_seconded on agora.vcase (second_by, due_at, id) where state = 'awaiting_second';
create index vcase_wait on agora.vcase (wait_until) where wait_until is not null;
create index vcase_remind on agora.vcase (remind_at) where remind_at is not null;
-- Whoever has a role, of all members: they are told whenever the queue moves.
create index account_staff on agora.account (id) where roles <> '{}';
create index vcase_overturned on agora.vcase (id) where state = 'overturned';
create index vcase_person on agora.vcase (person_id, decided_at desc) where decided_at is not null;

alter table agora.vcase_event
  alter column actor drop not null,
  add constraint vcase_event_actor check (actor is not null or actor_role = 'system');
comment on column agora.vcase_event.actor is 'Who did it; null: the system by itself';
create index vcase_event_actor on agora.vcase_event (case_id, actor);

create trigger vcase_guard before insert or update on agora.vcase
  for each row execute function agora.vcase_guard();
create trigger vcase_record after insert or update on agora.vcase
  for each row execute function agora.vcase_record();

-- The trusted referee.

create table agora.referee_reason (
  code text primary key check (code ~ '^[a-z_]{3,30}$'),
  label text not null,
  place smallint not null
);
comment on table agora.referee_reason is 'Why a case may be decided by a trusted referee, always with a second person.';
comment on column agora.referee_reason.code is 'Name';
comment on column agora.referee_reason.label is 'Plain words';
comment on column agora.referee_reason.place is 'Order in lists';
insert into agora.referee_reason (place, code, label) values
  (1, 'automation_failed', 'A check that runs by itself does not work for this member'),
  (2, 'evidence_unavailable', 'The member cannot have the usual evidence'),
  (3, 'attribute_mismatch', 'Facts differ for a good reason, such as a changed name'),
  (4, 'applicant_request', 'The member asked for it'),
  (5, 'accessibility', 'A disability makes the usual way hard'),
  (6, 'policy_exception', 'The organisation decided so for this member');
alter table agora.vcase add foreign key (referee_reason) references agora.referee_reason;

-- Conflicts of interest that a verifier declared.

create table agora.case_conflict (
  case_id uuid not null references agora.vcase,
  account_id uuid not null references agora.account,
  note text check (length(note) between 1 and 1000),
  at timestamptz not null default now(),
  primary key (case_id, account_id)
);
create index case_conflict_account on agora.case_conflict (account_id, case_id);
comment on table agora.case_conflict is 'A verifier declared that they should not decide about this person; the case goes to others.';
comment on column agora.case_conflict.case_id is 'Case';
comment on column agora.case_conflict.account_id is 'Verifier';
comment on column agora.case_conflict.note is 'Why; for verifiers only';
comment on column agora.case_conflict.at is 'When';

-- Decisions: a recommendation, the second person, what both saw.

alter table agora.decision
  drop constraint decision_case_id_key,
  add state text not null default 'final' check (state in ('recommended', 'final', 'returned', 'withdrawn', 'overturned')),
  add two_persons text[] not null default '{}',
  add snapshot jsonb,
  add snapshot_hash text check (snapshot_hash ~ '^[0-9a-f]{64}$'),
  add second_by uuid references agora.account,
  add second_note text check (length(second_note) between 1 and 2000),
  add second_hash text check (second_hash ~ '^[0-9a-f]{64}$'),
  add second_at timestamptz,
  add constraint decision_two check (second_by <> by),
  add constraint decision_second check (state <> 'final' or two_persons = '{}' or second_by is not null);
create unique index decision_live on agora.decision (case_id) where state in ('recommended', 'final');
create index decision_pair on agora.decision (second_by, by, at) where second_by is not null;
comment on column agora.decision.state is
  'final: it holds; recommended: waits for the second person; returned by them with a note; withdrawn with the case; overturned on appeal';
comment on column agora.decision.two_persons is 'Why it needed two persons: level, referee, vouch, restricted, final; empty: one decided';
comment on column agora.decision.snapshot is 'All that the decision rests on, frozen when it was made: agora.case_snapshot';
comment on column agora.decision.snapshot_hash is 'Its hash, as who decided presented it';
comment on column agora.decision.second_by is 'Second person: who confirmed or returned it';
comment on column agora.decision.second_note is 'Note of the second person, for verifiers only';
comment on column agora.decision.second_hash is 'Hash that the second person presented';
comment on column agora.decision.second_at is 'When they confirmed or returned it';

create table agora.second_check (
  decision_id uuid not null references agora.decision,
  evidence_id uuid not null references agora.evidence,
  result text not null check (result in ('passed', 'failed', 'cannot_tell')),
  note text check (length(note) between 1 and 1000),
  by uuid not null references agora.account,
  at timestamptz not null default now(),
  primary key (decision_id, evidence_id, by)
);
create index second_check_evidence on agora.second_check (evidence_id);
comment on table agora.second_check is 'What the second person found by themself, before they saw what the first had found (blind second).';
comment on column agora.second_check.decision_id is 'Recommendation that is looked at';
comment on column agora.second_check.evidence_id is 'What was looked at';
comment on column agora.second_check.result is 'What came of it';
comment on column agora.second_check.note is 'For verifiers only';
comment on column agora.second_check.by is 'Second person';
comment on column agora.second_check.at is 'When';

-- Attended sessions.

create table agora.case_session (
  id uuid primary key default agora.new_id(),
  case_id uuid not null references agora.vcase,
  proposed_by uuid not null references agora.account,
  proposed_at timestamptz not null default now(),
  times timestamptz[] not null check (cardinality(times) between 1 and 5),
  how text not null check (how in ('onsite', 'remote')),
  place text not null check (length(place) between 1 and 500),
  chosen timestamptz,
  outcome text check (outcome in ('held', 'missed', 'called_off', 'lapsed')),
  ended_at timestamptz,
  ended_by uuid references agora.account,
  check (chosen = any (times)),
  check ((outcome is null) = (ended_at is null))
);
create unique index case_session_current on agora.case_session (case_id) where outcome is null;
create index case_session_case on agora.case_session (case_id, proposed_at);
comment on table agora.case_session is 'A meeting of member and verifier: proposed, a time chosen, held or not.';
comment on column agora.case_session.id is 'Identity';
comment on column agora.case_session.case_id is 'Case';
comment on column agora.case_session.proposed_by is 'Verifier';
comment on column agora.case_session.proposed_at is 'When it was proposed';
comment on column agora.case_session.times is 'Times that the verifier can';
comment on column agora.case_session.how is 'onsite: they meet; remote: by video';
comment on column agora.case_session.place is 'Where: an address, or the link of the video meeting';
comment on column agora.case_session.chosen is 'Time that the member chose';
comment on column agora.case_session.outcome is 'held, missed by the member, called off by either, lapsed without a choice; null: still to be';
comment on column agora.case_session.ended_at is 'When that was recorded';
comment on column agora.case_session.ended_by is 'Who recorded it; null: the system by itself';

-- Numbers.

insert into agora.policy (key, value, meaning) values
  ('verification.two_persons_level', '4', 'Level from which an approval needs two persons'),
  ('verification.blind_second', 'true', 'Whether the second person records what they find before they see what the first found'),
  ('verification.second_every', '3', 'Of so many cases that a verifier takes, one is a second approval when one waits'),
  ('verification.member_remind_days', '7', 'Days after which a member who was asked is reminded'),
  ('verification.member_stale_days', '30', 'Days after which a case that waits for its member is set aside'),
  ('verification.stale_close_days', '60', 'Days after which a case that was set aside is closed'),
  ('verification.third_party_remind_days', '7', 'Days after which the member hears that a third party has not answered'),
  ('verification.third_party_days', '14', 'Days after which a case goes on without the third party''s answer'),
  ('verification.appeal_days', '30', 'Days after a decision within which the member can appeal'),
  ('verification.retry_limit', '3', 'Rejections that can be tried again, within verification.retry_days, before a member must wait'),
  ('verification.retry_days', '90', 'Days over which they are counted'),
  ('verification.min_age', '18', 'Years of age under which a case is held'),
  ('verification.blocked_months', '24', 'Months for which a rejection for fraud holds later cases of the same person or name'),
  ('verification.conflict_months', '12', 'Months for which an introduction between verifier and member is a conflict of interest'),
  ('verification.level_four', 'false', 'Whether level 4, checked at an attended session by two persons, is offered')
on conflict (key) do nothing;
insert into agora.policy (key, value, meaning) values
  ('verification.screen', '["duplicate", "under_age", "blocked"]', 'What holds a case when it is sent, until someone has had a first look'),
  ('verification.appeal_decide_days', '14', 'Days within which an appeal is to be decided')
on conflict (key) do nothing;
