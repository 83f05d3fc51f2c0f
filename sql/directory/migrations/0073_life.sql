-- What needs two persons, and what follows a verification through its life: notices before it lapses,
-- suspension, recalls of everything that a verifier has touched.

alter type agora.account_role add value if not exists 'privacy_officer';

create function agora.role_disjoint() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if cardinality(new.roles) > 1 and array['auditor', 'privacy_officer'] && new.roles::text[] then
    perform agora.fail('AG003', null,
      'Auditors and privacy officers look at what others do: they have no other role. Use another account, of another person.');
  end if;
  return new;
end $$;
comment on function agora.role_disjoint is 'Refuses an account that is auditor or privacy officer and has another role as well.';

create trigger role_disjoint before insert or update of roles on agora.account
  for each row execute function agora.role_disjoint();

-- Acts of two persons.

create table agora.two_person_kind (
  kind text primary key check (kind ~ '^[a-z][a-z_]{2,30}$'),
  label text not null,
  ask_roles text[] not null check (cardinality(ask_roles) > 0),
  confirm_roles text[] not null check (cardinality(confirm_roles) > 0),
  place smallint not null
);
comment on table agora.two_person_kind is 'Acts that one person asks for and another one confirms.';
comment on column agora.two_person_kind.kind is 'Name; agora.two_person_do_KIND carries it out';
comment on column agora.two_person_kind.label is 'What it is, for lists';
comment on column agora.two_person_kind.ask_roles is 'Roles of which the first person needs one';
comment on column agora.two_person_kind.confirm_roles is 'Roles of which the second person needs one';
comment on column agora.two_person_kind.place is 'Order in lists';

insert into agora.two_person_kind (place, kind, ask_roles, confirm_roles, label) values
  (1, 'revoke_fraud', '{verifier,admin}', '{verifier,admin}', 'Revoke a verification because who the person is, is in doubt'),
  (2, 'recall', '{admin}', '{admin,verifier}', 'Recall everything that a verifier has touched'),
  (3, 'role_grant', '{admin}', '{admin}', 'Give a role'),
  (4, 'merge_persons', '{verifier,admin}', '{verifier,admin}', 'Merge two persons into one'),
  (5, 'unseal_evidence', '{verifier,admin,privacy_officer}', '{verifier,admin,privacy_officer}', 'Open evidence again after the decision'),
  (6, 'rename_sealed', '{verifier,admin}', '{verifier,admin}', 'Change a name that was verified'),
  (7, 'publish_policy', '{admin}', '{admin}', 'Publish a policy of verification'),
  (8, 'break_glass', '{verifier,admin,privacy_officer}', '{admin,privacy_officer}', 'Break the glass: read a case of which one is not the verifier');

create type agora.two_person_state as enum ('asked', 'confirmed', 'refused', 'expired');
comment on type agora.two_person_state is 'States of an act of two persons; asked is the only one that changes.';

create table agora.two_person_act (
  id uuid primary key default agora.new_id(),
  kind text not null references agora.two_person_kind,
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  payload_hash text not null,
  reason text not null check (length(reason) between 10 and 2000),
  asked_by uuid not null references agora.account,
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null,
  state agora.two_person_state not null default 'asked',
  confirmed_by uuid references agora.account,
  refused_by uuid references agora.account,
  note text check (length(note) between 1 and 2000),
  summary text,
  settled_at timestamptz,
  check ((state = 'asked') = (settled_at is null)),
  check ((state = 'confirmed') = (confirmed_by is not null)),
  check ((state = 'refused') = (refused_by is not null)),
  check (confirmed_by <> asked_by)
);
create unique index two_person_once on agora.two_person_act (kind, payload_hash) where state = 'asked';
create index two_person_waiting on agora.two_person_act (expires_at) where state = 'asked';
create index two_person_settled on agora.two_person_act (settled_at desc, id desc) where state <> 'asked';
comment on table agora.two_person_act is 'Something that one person has asked for and another must confirm before it is done.';
comment on column agora.two_person_act.id is 'Identity';
comment on column agora.two_person_act.kind is 'What';
comment on column agora.two_person_act.payload is 'To what or whom: what agora.two_person_do_KIND is given';
comment on column agora.two_person_act.payload_hash is 'SHA-256 of the payload as asked, in hex: what is confirmed is what was asked';
comment on column agora.two_person_act.reason is 'Why, in the first person''s words; for those who may confirm';
comment on column agora.two_person_act.asked_by is 'First person';
comment on column agora.two_person_act.asked_at is 'When they asked';
comment on column agora.two_person_act.expires_at is 'Until when it can be confirmed';
comment on column agora.two_person_act.state is 'What became of it';
comment on column agora.two_person_act.confirmed_by is 'Second person: another account of another person';
comment on column agora.two_person_act.refused_by is 'Who refused it, or the first person when they took it back';
comment on column agora.two_person_act.note is 'Why it was refused';
comment on column agora.two_person_act.summary is 'What it did, or would have done, in plain words as they were when it was settled; null while it waits';
comment on column agora.two_person_act.settled_at is 'When it was confirmed, refused or expired';

create function agora.two_person_fixed() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' or old.state <> 'asked'
     or (new.kind, new.payload, new.payload_hash, new.reason, new.asked_by, new.asked_at, new.expires_at)
        is distinct from (old.kind, old.payload, old.payload_hash, old.reason, old.asked_by, old.asked_at, old.expires_at) then
    raise exception 'what was asked of two persons is not changed';
  end if;
  return new;
end $$;
comment on function agora.two_person_fixed is 'Keeps what was asked as it was asked, and a settled act as it was settled.';

create trigger two_person_fixed before update or delete on agora.two_person_act
  for each row execute function agora.two_person_fixed();

create table agora.break_glass (
  id uuid primary key references agora.two_person_act,
  case_id uuid not null references agora.vcase,
  account_id uuid not null references agora.account,
  other_key uuid not null references agora.account,
  opened_at timestamptz not null default now(),
  ends_at timestamptz not null,
  told_at timestamptz,
  check (account_id <> other_key)
);
create index break_glass_case on agora.break_glass (case_id, account_id, ends_at);
create index break_glass_untold on agora.break_glass (ends_at) where told_at is null;
comment on table agora.break_glass is 'That somebody may read a case for an hour although it is not theirs: two persons agreed.';
comment on column agora.break_glass.id is 'The act of two persons';
comment on column agora.break_glass.case_id is 'Which case';
comment on column agora.break_glass.account_id is 'Who may read it: the first person';
comment on column agora.break_glass.other_key is 'Second person';
comment on column agora.break_glass.opened_at is 'Since when';
comment on column agora.break_glass.ends_at is 'Until when';
comment on column agora.break_glass.told_at is 'When the member was told of it afterwards; null: not yet, or a legal hold forbids it';

insert into agora.policy (key, value, meaning) values
  ('two_person.hours', '72', 'Hours within which a second person must confirm what a first one has asked for'),
  ('break_glass.minutes', '60', 'Minutes for which a broken glass lets a case be read')
on conflict (key) do nothing;

alter table agora.person add column merged_into uuid references agora.person check (merged_into <> id);
comment on column agora.person.merged_into is 'The person that this one was found to be; null: nobody else';

-- The life of a verification.

create table agora.suspend_reason (
  code text primary key check (code ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  class text not null,
  place smallint not null
);
comment on table agora.suspend_reason is 'Why a verification does not count for a time.';
comment on column agora.suspend_reason.code is 'Name';
comment on column agora.suspend_reason.label is 'Plain words, for who suspends';
comment on column agora.suspend_reason.class is 'What the member and their history are told: a class of reasons, never the detail';
comment on column agora.suspend_reason.place is 'Order in lists';

insert into agora.suspend_reason (place, code, class, label) values
  (1, 'doubt', 'it is being looked at again', 'Something about it is in doubt'),
  (2, 'reported', 'it is being looked at again', 'Somebody has reported it'),
  (3, 'licence_suspended', 'standing has changed', 'The licence is suspended'),
  (4, 'evidence_in_question', 'it is being looked at again', 'Its evidence is in question'),
  (5, 'recall', 'it is being looked at again', 'The verifier cannot be relied on');

alter table agora.verification
  add column noticed smallint not null default 0 check (noticed between 0 and 3),
  add column lapsed_at timestamptz,
  add column suspended_at timestamptz,
  add column suspended_by uuid references agora.account,
  add column suspend_reason text references agora.suspend_reason,
  add column suspend_note text check (length(suspend_note) between 1 and 2000),
  add column contacts_ended_at timestamptz,
  add check (state <> 'suspended' or suspended_at is not null);
create index verification_ends on agora.verification (valid_until) where state = 'active' and lapsed_at is null;
create index verification_suspended on agora.verification (suspended_at) where state = 'suspended' and contacts_ended_at is null;
comment on column agora.verification.noticed is 'How many of its three notices before it lapses were sent';
comment on column agora.verification.lapsed_at is 'When it was noticed that it had lapsed, and the member told';
comment on column agora.verification.suspended_at is 'Since when it is suspended; of the last time';
comment on column agora.verification.suspended_by is 'Who suspended it; null for the service';
comment on column agora.verification.suspend_reason is 'Why it is suspended';
comment on column agora.verification.suspend_note is 'Private note of who suspended it';
comment on column agora.verification.contacts_ended_at is 'When the contacts ended because it stayed suspended';
comment on type agora.verification_state is
  'What was decided about a verification. That it is due or has lapsed follows from the time. What may follow what is agora.verification_step.';

create table agora.verification_step (
  from_state agora.verification_state not null,
  to_state agora.verification_state not null,
  event text not null,
  primary key (from_state, to_state)
);
comment on table agora.verification_step is 'Every legal change of a verification''s state; what is not here does not happen.';
comment on column agora.verification_step.from_state is 'State before';
comment on column agora.verification_step.to_state is 'State after';
comment on column agora.verification_step.event is 'What its history calls it';

insert into agora.verification_step (from_state, to_state, event) values
  ('active', 'suspended', 'suspended'),
  ('active', 'revoked', 'revoked'),
  ('active', 'superseded', 'superseded'),
  ('suspended', 'active', 'reinstated'),
  ('revoked', 'active', 'reinstated'),
  ('suspended', 'revoked', 'revoked'),
  ('suspended', 'superseded', 'superseded');

create table agora.verification_event (
  id bigint generated always as identity primary key,
  verification_id uuid not null references agora.verification,
  event text not null check (event in ('granted', 'notice', 'lapsed', 'suspended', 'reinstated', 'revoked', 'superseded')),
  class text,
  at timestamptz not null default now()
);
create index verification_event_of on agora.verification_event (verification_id, id);
comment on table agora.verification_event is 'The history of a badge as its member sees it: dates and classes of reasons, never the detail.';
comment on column agora.verification_event.id is 'Order';
comment on column agora.verification_event.verification_id is 'Which one';
comment on column agora.verification_event.event is 'What happened';
comment on column agora.verification_event.class is 'Class of the reason; null where there is none';
comment on column agora.verification_event.at is 'When';

create function agora.verification_guard() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if new.state <> old.state and not exists (
       select from agora.verification_step s where s.from_state = old.state and s.to_state = new.state) then
    perform agora.fail('AG003', null, 'This verification is in a state that does not allow it.');
  end if;
  if new.state = 'suspended' and old.state <> 'suspended' then
    new.suspended_at := now();
    new.contacts_ended_at := null;
  end if;
  return new;
end $$;
comment on function agora.verification_guard is 'Lets a verification change its state only by a row of agora.verification_step.';

create trigger verification_guard before update on agora.verification
  for each row execute function agora.verification_guard();

create function agora.verification_remember() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into agora.verification_event (verification_id, event, at) values (new.id, 'granted', new.verified_at);
  elsif new.state <> old.state then
    insert into agora.verification_event (verification_id, event, class)
    select new.id, s.event, case s.event
        when 'suspended' then (select r.class from agora.suspend_reason r where r.code = new.suspend_reason)
        when 'superseded' then coalesce((select r.class from agora.revoke_reason r where r.code = new.end_reason),
                                        'a newer one took its place')
        when 'revoked' then (select r.class from agora.revoke_reason r where r.code = new.end_reason) end
      from agora.verification_step s where s.from_state = old.state and s.to_state = new.state;
  end if;
  return null;
end $$;
comment on function agora.verification_remember is 'Writes the history of a badge.';

create trigger verification_remember after insert or update on agora.verification
  for each row execute function agora.verification_remember();

insert into agora.verification_event (verification_id, event, at)
select id, 'granted', verified_at from agora.verification;

alter table agora.introduction add column paused_at timestamptz;
comment on column agora.introduction.paused_at is
  'Since when its time stands still, because the verification of one of the two is suspended; null: it runs';

insert into agora.policy (key, value, meaning) values
  ('verification.validity_months_4', '120', 'Months for which a verification of level 4 holds'),
  ('verification.notice_first', '120', 'Days before its end at which a member is first told that a verification will lapse'),
  ('verification.notice_second', '90', 'Days before its end at which they are told again'),
  ('verification.notice_third', '30', 'Days before its end at which they are told for the last time'),
  ('verification.suspended_days', '14', 'Days for which the contacts of a member whose verification is suspended are kept'),
  ('recall.notice_months', '24', 'Months back for which people who were introduced to a member are told that the identity was withdrawn'),
  ('recall.suspend_level', '2', 'Level from which a recall suspends what the verifier decided; below, it is only looked at again')
on conflict (key) do nothing;

-- A recall: everything that a verifier has touched.

alter table agora.vcase add column if not exists origin text not null default 'member' check (origin in ('member', 'recall'));
comment on column agora.vcase.origin is 'What began it: the member, or a recall of the verification they had';

insert into agora.vcase_transition (from_state, event, actor_role, to_state, told)
values (null, 'recall', 'admin', 'queued', 'We look at this verification again.');

-- Thousands of ends of a recall are not looked through for each e-mail. What an end supersedes is looked for by its key.
create index outbox_kind_due on agora.outbox (kind, next_at, id) where state in ('waiting', 'running');
create index outbox_open on agora.outbox (order_key) where state in ('waiting', 'running', 'failed');
create index vcase_event_by on agora.vcase_event (actor);
create index vcheck_by on agora.vcheck (by);

create table agora.recall (
  id uuid primary key references agora.two_person_act,
  verifier uuid not null references agora.account,
  person_id uuid not null references agora.person,
  asked_by uuid not null references agora.account,
  confirmed_by uuid not null references agora.account,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index recall_running on agora.recall (started_at) where finished_at is null;
comment on table agora.recall is 'That everything a verifier has touched was recalled.';
comment on column agora.recall.id is 'The act of two persons';
comment on column agora.recall.verifier is 'Whose work is recalled';
comment on column agora.recall.person_id is 'Their person: every account of theirs counts';
comment on column agora.recall.asked_by is 'First person';
comment on column agora.recall.confirmed_by is 'Second person';
comment on column agora.recall.started_at is 'When it was confirmed';
comment on column agora.recall.finished_at is 'When all of it was marked, ended in the ledger, queued for the TMTP server, and told';

create table agora.recall_item (
  recall_id uuid not null references agora.recall,
  verification_id uuid not null references agora.verification,
  person_id uuid not null references agora.person,
  account_id uuid not null references agora.account,
  place integer not null,
  part text not null check (part in ('first', 'second', 'referee', 'voucher')),
  level smallint not null,
  contacts integer not null,
  mark text not null check (mark in ('suspended', 'requeue')),
  case_id uuid references agora.vcase,
  marked_at timestamptz,
  done_at timestamptz,
  primary key (recall_id, verification_id)
);
create index recall_item_left on agora.recall_item (recall_id, place) where done_at is null;
comment on table agora.recall_item is 'A verification that a recall is about.';
comment on column agora.recall_item.recall_id is 'Recall';
comment on column agora.recall_item.verification_id is 'Verification';
comment on column agora.recall_item.person_id is 'Whose it is';
comment on column agora.recall_item.account_id is 'Account that had asked for it';
comment on column agora.recall_item.place is 'Order in which they are looked at again: level, contacts, how recent';
comment on column agora.recall_item.part is 'What the verifier had been in it';
comment on column agora.recall_item.level is 'Its level';
comment on column agora.recall_item.contacts is 'Contacts its member had';
comment on column agora.recall_item.mark is 'suspended: it does not count until it was looked at again; requeue: it counts, and is looked at again';
comment on column agora.recall_item.case_id is 'Case in which it is looked at again';
comment on column agora.recall_item.marked_at is 'When it was marked and the case was there';
comment on column agora.recall_item.done_at is 'When what was open with its member had ended';
