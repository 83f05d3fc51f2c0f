-- Files of evidence, as ciphertext. A file comes in parts, is looked at by a process that makes pictures
-- of its pages, and is kept as those pictures until it is destroyed, which is: its key's row is deleted.
-- What stays is the receipt. The keys here are wrapped by a master key that is in no database.

create type agora.blob_state as enum ('receiving', 'received', 'ready', 'refused');
comment on type agora.blob_state is
  'receiving: parts are still to come; received: waits to be looked at; ready: has pages; refused: cannot be taken. That it was destroyed is a time, not a state.';

create table agora.evidence_blob (
  id uuid primary key default agora.new_id(),
  case_id uuid not null references agora.vcase,
  evidence_id uuid references agora.evidence on delete set null,
  bound_to uuid not null,
  account_id uuid not null references agora.account,
  key_id uuid not null unique,
  shown_name text check (length(shown_name) between 1 and 200),
  octets bigint not null check (octets > 0),
  received bigint not null default 0,
  state agora.blob_state not null default 'receiving',
  refusal text check (length(refusal) between 1 and 500),
  attempts integer not null default 0,
  next_look timestamptz not null default now(),
  made_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  leaving_at timestamptz,
  why text check (why in ('removed', 'refused', 'unfinished', 'decided', 'look_only', 'withdrawn', 'idle', 'restored', 'noted')),
  note text check (length(note) between 1 and 1000),
  noted_by uuid references agora.account,
  destroyed_at timestamptz,
  check (received between 0 and octets),
  check ((state = 'receiving') = (received < octets)),
  check ((state = 'refused') = (refusal is not null)),
  check ((leaving_at is null) = (why is null)),
  check ((noted_by is not null) = coalesce(why = 'noted', false)),
  check (note is null or noted_by is not null),
  check (destroyed_at is null or (leaving_at is not null and shown_name is null))
);
create index evidence_blob_case on agora.evidence_blob (case_id, id);
create index evidence_blob_evidence on agora.evidence_blob (evidence_id);
create index evidence_blob_look on agora.evidence_blob (next_look, id) where state = 'received' and leaving_at is null;
create index evidence_blob_kept on agora.evidence_blob (touched_at) where leaving_at is null;
create index evidence_blob_leaving on agora.evidence_blob (leaving_at) where leaving_at is not null and destroyed_at is null;
comment on table agora.evidence_blob is 'A file of evidence; once it was destroyed, the receipt for that.';
comment on column agora.evidence_blob.id is 'Identity; the erasure journal has it';
comment on column agora.evidence_blob.case_id is 'Case';
comment on column agora.evidence_blob.evidence_id is 'Piece of evidence that it shows; null when the member took that back';
comment on column agora.evidence_blob.bound_to is 'The same, for ever: its key opens for this piece only';
comment on column agora.evidence_blob.account_id is 'Who sent it';
comment on column agora.evidence_blob.key_id is 'Its key in agora.evidence_key; part of the receipt when that is gone';
comment on column agora.evidence_blob.shown_name is 'Name on the member''s device, to be shown only; goes with the file';
comment on column agora.evidence_blob.octets is 'Length that was announced';
comment on column agora.evidence_blob.received is 'Octets that have come';
comment on column agora.evidence_blob.state is 'How far it has come';
comment on column agora.evidence_blob.refusal is 'Why it cannot be taken, for the member';
comment on column agora.evidence_blob.attempts is 'How often it was given out to be looked at; the number settles who holds it';
comment on column agora.evidence_blob.next_look is 'Not to be given out again before';
comment on column agora.evidence_blob.made_at is 'When the member began to send it';
comment on column agora.evidence_blob.touched_at is 'When its last part came or it was looked at';
comment on column agora.evidence_blob.leaving_at is 'Since when nobody may see it and its key is to be destroyed';
comment on column agora.evidence_blob.why is 'Why it is';
comment on column agora.evidence_blob.note is 'What a verifier saw on it and wrote down before it was destroyed; for verifiers, until the facts of the evidence go';
comment on column agora.evidence_blob.noted_by is 'Who noted it and had it destroyed';
comment on column agora.evidence_blob.destroyed_at is 'When its key was destroyed';

create table agora.evidence_key (
  id uuid primary key,
  blob_id uuid not null unique references agora.evidence_blob,
  master text not null check (master ~ '^[0-9a-f]{16}$'),
  wrapped bytea not null check (octet_length(wrapped) = 72)
);
create index evidence_key_master on agora.evidence_key (master, id);
comment on table agora.evidence_key is 'The key of each file, wrapped. Deleting the row destroys the file.';
comment on column agora.evidence_key.id is 'Identity; agora.evidence_blob.key_id';
comment on column agora.evidence_key.blob_id is 'File';
comment on column agora.evidence_key.master is 'Which master key wraps it: a fingerprint';
comment on column agora.evidence_key.wrapped is 'Nonce, key and tag of XChaCha20-Poly1305, bound to the piece of evidence, the key''s id and the master key';

create table agora.evidence_page (
  blob_id uuid not null references agora.evidence_blob,
  page smallint not null check (page between 1 and 100),
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  octets bigint not null check (octets > 0),
  primary key (blob_id, page)
);
comment on table agora.evidence_page is 'The pages of a file, as the pictures that were made of them.';
comment on column agora.evidence_page.blob_id is 'File';
comment on column agora.evidence_page.page is 'From 1';
comment on column agora.evidence_page.media_type is 'What the picture is';
comment on column agora.evidence_page.width is 'Pixels';
comment on column agora.evidence_page.height is 'Pixels';
comment on column agora.evidence_page.octets is 'Length of the picture';

create table agora.evidence_piece (
  blob_id uuid not null references agora.evidence_blob,
  page smallint not null check (page between 0 and 100),
  at_offset bigint not null check (at_offset >= 0),
  octets integer not null check (octets between 1 and 1048576),
  sealed bytea not null check (octet_length(sealed) = octets + 41),
  primary key (blob_id, page, at_offset)
) partition by hash (blob_id);
-- Ciphertext does not get smaller; trying costs time.
alter table agora.evidence_piece alter column sealed set storage external;
-- Who makes a table longer holds a lock on it: members who send at the same time would wait for each other, page by page.
do $$
begin
  for i in 0 .. 15 loop
    execute format('create table agora.evidence_piece_%s partition of agora.evidence_piece for values with (modulus 16, remainder %s)', i, i);
    execute format('comment on table agora.evidence_piece_%s is %L', i, 'A sixteenth of the pieces: those of some files.');
  end loop;
end $$;
comment on table agora.evidence_piece is 'What was sent and what was made of it, in pieces, encrypted.';
comment on column agora.evidence_piece.blob_id is 'File';
comment on column agora.evidence_piece.page is 'Page whose picture it belongs to; 0: of the file as it came, until that was looked at';
comment on column agora.evidence_piece.at_offset is 'Where it begins';
comment on column agora.evidence_piece.octets is 'Its length in the clear';
comment on column agora.evidence_piece.sealed is 'A secretstream of one message, bound to key, page and offset; its last piece says that it is the last';

create table agora.evidence_view (
  id bigint generated always as identity primary key,
  blob_id uuid not null references agora.evidence_blob,
  page smallint not null,
  viewer uuid not null references agora.account,
  seen_as text not null check (seen_as in ('member', 'verifier', 'second', 'referee')),
  at timestamptz not null default now()
);
create index evidence_view_blob on agora.evidence_view (blob_id, id desc);
comment on table agora.evidence_view is 'Every time that a page was looked at; the member reads it without the person.';
comment on column agora.evidence_view.id is 'Order';
comment on column agora.evidence_view.blob_id is 'File';
comment on column agora.evidence_view.page is 'Page';
comment on column agora.evidence_view.viewer is 'Who looked';
comment on column agora.evidence_view.seen_as is 'As whom';
comment on column agora.evidence_view.at is 'When';

create table agora.evidence_choice (
  case_id uuid primary key references agora.vcase,
  look_only boolean not null
);
comment on table agora.evidence_choice is 'Cases whose member chose that files are destroyed as soon as they are decided: look, note, do not keep.';
comment on column agora.evidence_choice.case_id is 'Case';
comment on column agora.evidence_choice.look_only is 'Whether the files go with the decision';

create function agora.evidence_gone() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.evidence_blob set leaving_at = now(), why = 'removed'
   where evidence_id = old.id and leaving_at is null
     and (tg_op = 'DELETE' or new.removed_at is not null);
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function agora.evidence_gone is 'When a member takes a piece of evidence back, its files leave with it.';

create trigger evidence_gone before delete or update of removed_at on agora.evidence
  for each row execute function agora.evidence_gone();

insert into agora.policy (key, value, meaning) values
  ('evidence.files', '12', 'Files of evidence that a request may have'),
  ('evidence.octets', '10485760', 'Octets of a file of evidence; at most 10485760'),
  ('evidence.keep_days', '30', 'Days after the decision until files of evidence are destroyed (time to appeal)'),
  ('evidence.idle_days', '30', 'Days until the files of a request that was withdrawn, went stale or was never sent are destroyed'),
  ('evidence.unfinished_hours', '24', 'Hours until a file whose sending was broken off is forgotten'),
  ('evidence.look_only', 'false', 'Whether files of every request are destroyed with the decision: look, note, do not keep (true or false)');
