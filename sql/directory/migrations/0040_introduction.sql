-- Introductions, the contacts that come of them, blocks, and the limits on asking.

create type agora.introduction_state as enum
  ('offered', 'declined', 'withdrawn', 'expired', 'cancelled', 'granting', 'grant_failed', 'connected', 'ended');
comment on type agora.introduction_state is
  'What became of a request. offered: the one asked has it before them; granting: accepted, the TMTP server does not know yet; cancelled: ended by a block, or because a condition fell away. What each of the two sees is agora.introduction_seen().';

create type agora.ask_kind as enum
  ('advice', 'second_opinion', 'referral', 'collaboration', 'hire', 'speak', 'mentor', 'peer_review', 'supervise', 'other');
comment on type agora.ask_kind is 'What is asked for.';

create type agora.time_asked as enum ('one_message', 'quarter_hour', 'ongoing');
comment on type agora.time_asked is 'How much of the other''s time is asked for.';

create table agora.introduction (
  id uuid primary key default agora.new_id(),
  asker uuid not null references agora.account,
  asked uuid not null references agora.account,
  asker_person uuid not null references agora.person,
  asked_person uuid not null references agora.person,
  ask agora.ask_kind not null,
  topic text references agora.concept,
  why text not null check (length(why) between 20 and 280),
  time_asked agora.time_asked,
  offer text check (length(offer) between 1 and 140),
  state agora.introduction_state not null default 'offered',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  answered_at timestamptz,
  decline_reason text check (length(decline_reason) <= 500),
  withdrawn_at timestamptz,
  lapsed boolean not null default false,
  connected_at timestamptz,
  ended_at timestamptz,
  ended_by uuid references agora.account,
  ended_for text,
  asker_sees_end boolean not null default false,
  asked_sees_end boolean not null default false,
  check (asker_person <> asked_person),
  check (expires_at > created_at),
  check ((state in ('granting', 'grant_failed', 'connected', 'declined')) <= (answered_at is not null)),
  check ((state = 'connected') <= (connected_at is not null)),
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'withdrawn') <= (withdrawn_at is not null)),
  check (ended_at is not null or not (asker_sees_end or asked_sees_end))
);
create unique index introduction_open on agora.introduction
  (least(asker_person, asked_person), greatest(asker_person, asked_person))
  where state in ('offered', 'granting', 'grant_failed', 'connected');
create index introduction_pair on agora.introduction (asker_person, asked_person, id);
create index introduction_asker on agora.introduction (asker, id);
create index introduction_asked on agora.introduction (asked, id);
create index introduction_asked_person on agora.introduction (asked_person, state);
create index introduction_due on agora.introduction (expires_at)
  where not lapsed and state in ('offered', 'declined', 'cancelled');
comment on table agora.introduction is
  'One row a pair of people and attempt: one asks, the other answers. Consent is here; permission to write is agora.contact.';
comment on column agora.introduction.id is 'Identity; ordered by time; ref of the contact on the TMTP server';
comment on column agora.introduction.asker is 'Account that asked; asking is its consent';
comment on column agora.introduction.asked is 'Account that is asked; accepting is its consent';
comment on column agora.introduction.asker_person is 'Person of asker: limits, cool-downs and the one open request a pair follow persons';
comment on column agora.introduction.asked_person is 'Person of asked';
comment on column agora.introduction.ask is 'What is asked for';
comment on column agora.introduction.topic is 'Topic it is about';
comment on column agora.introduction.why is 'Why this member, in the asker''s words; seen by the two alone, never in an e-mail';
comment on column agora.introduction.time_asked is 'How much time is asked for';
comment on column agora.introduction.offer is 'What the asker offers in return';
comment on column agora.introduction.state is 'Where it stands';
comment on column agora.introduction.created_at is 'When it was asked';
comment on column agora.introduction.expires_at is 'When it expires unanswered; until then the asker cannot tell a decline from silence';
comment on column agora.introduction.answered_at is 'When it was accepted or declined';
comment on column agora.introduction.decline_reason is 'Why it was declined; for the one who declined alone';
comment on column agora.introduction.withdrawn_at is 'When the asker withdrew it, also when it had been declined without their knowing';
comment on column agora.introduction.lapsed is 'Whether expires_at was acted on: the asker told, the token of a declined one returned';
comment on column agora.introduction.connected_at is 'When the TMTP server acknowledged the permission';
comment on column agora.introduction.ended_at is 'When it was ended';
comment on column agora.introduction.ended_by is 'Who ended it; null for the service';
comment on column agora.introduction.ended_for is 'Why the service ended it: block, fraud_confirmed …';
comment on column agora.introduction.asker_sees_end is 'Whether the asker sees it as ended; an end without telling leaves the other''s page as it was';
comment on column agora.introduction.asked_sees_end is 'Whether the one asked sees it as ended';

create table agora.introduction_quota (
  person_id uuid primary key references agora.person,
  tokens numeric not null check (tokens >= 0),
  counted_at timestamptz not null default now()
);
comment on table agora.introduction_quota is 'New requests that a person may still make: a bucket of tokens, refilled by the day.';
comment on column agora.introduction_quota.person_id is 'Whose';
comment on column agora.introduction_quota.tokens is 'Tokens there were at counted_at';
comment on column agora.introduction_quota.counted_at is 'When they were counted; what has been refilled since is added when it is looked at';

create table agora.contact (
  one uuid not null references agora.account,
  other uuid not null references agora.account,
  purpose text not null check (purpose in ('introduction')),
  introduction_id uuid not null references agora.introduction,
  wanted boolean not null,
  confirmed boolean not null default false,
  until timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (one, other),
  check (one < other)
);
create index contact_other on agora.contact (other);
create index contact_introduction on agora.contact (introduction_id);
comment on table agora.contact is
  'The ledger: who may write to whom on the TMTP server, by which introduction. One row a pair; the server is made to follow it.';
comment on column agora.contact.one is 'Account with the lower id';
comment on column agora.contact.other is 'The other account';
comment on column agora.contact.purpose is 'What it rests on';
comment on column agora.contact.introduction_id is 'The introduction that granted it last; ref on the TMTP server';
comment on column agora.contact.wanted is 'Whether the two are to be able to write to each other';
comment on column agora.contact.confirmed is 'Whether the TMTP server has acknowledged that they can';
comment on column agora.contact.until is 'When it ends by itself; null for never';
comment on column agora.contact.created_at is 'When the two were first granted it';
comment on column agora.contact.changed_at is 'When wanted or confirmed last changed';

create table agora.block (
  blocker_person uuid not null references agora.person,
  blocked_person uuid not null references agora.person,
  blocker uuid not null references agora.account,
  blocked uuid not null references agora.account,
  at timestamptz not null default now(),
  primary key (blocker_person, blocked_person),
  check (blocker_person <> blocked_person)
);
create index block_blocked on agora.block (blocked_person);
comment on table agora.block is 'Who wants nothing to do with whom. Holds for every account of both persons, and in both directions for requests.';
comment on column agora.block.blocker_person is 'Who blocks';
comment on column agora.block.blocked_person is 'Who is blocked, and is never told';
comment on column agora.block.blocker is 'Account that blocked';
comment on column agora.block.blocked is 'Account that was blocked, for the list';
comment on column agora.block.at is 'Since when';

insert into agora.policy (key, value, meaning) values
  ('introduction.level_ask', '2', 'Level of verification from which a member may ask'),
  ('introduction.level_asked', '2', 'Level of verification from which a member may be asked'),
  ('introduction.open_asks', '5', 'Requests a person may have open'),
  ('introduction.open_asks_new', '2', 'Requests a person may have open in the first days of their account'),
  ('introduction.new_days', '14', 'Days for which an account is new'),
  ('introduction.open_asked', '10', 'Open requests that a person may be asked; then they are full'),
  ('introduction.tokens', '10', 'New requests a person can save up'),
  ('introduction.tokens_per_day', '2', 'New requests that are added a day'),
  ('introduction.token_return_days', '90', 'Days within which an answer gives the request back to the asker'),
  ('introduction.expiry_days', '21', 'Days after which an unanswered request expires'),
  ('introduction.mutual_days', '30', 'Days for which a request, declined or expired too, becomes an acceptance when the one asked asks in turn'),
  ('introduction.cooldown_declined', '180', 'Days before a declined asker may ask the same person again'),
  ('introduction.cooldown_expired', '90', 'Days after an expiry before the asker may ask the same person again'),
  ('introduction.retries_expired', '1', 'How often an asker may try again after an expiry'),
  ('introduction.cooldown_withdrawn', '21', 'Days before an asker may repeat a request they withdrew'),
  ('introduction.cooldown_ended', '365', 'Days before the one whose contact was ended may ask again; the other may at once'),
  ('outbox.mail_attempts', '20', 'Tries after which an e-mail is given up (about half a day)'),
  ('outbox.keep_days', '7', 'Days for which work that is done stays on record');
