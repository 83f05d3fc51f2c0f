-- Provenance: the rest of the vocabulary of identity assurance, who may see which verified fact, receipts,
-- keyed hashes by which a person is found again, terms of membership, and checkpoints of the audit log.

insert into agora.policy (key, value, meaning) values
  ('receipt.days', '90', 'Days a receipt holds when the member does not say'),
  ('receipt.longest_days', '365', 'Days a receipt holds at most; never longer than the verification'),
  ('receipt.most', '50', 'Receipts of one member that hold at a time'),
  ('audit.checkpoint_hours', '24', 'Hours between two checkpoints of the audit log that the worker makes');

-- The words that an organisation may come to accept. Rows that it does not accept now are there so that
-- what others state can be stored and read back by its own name.

alter table agora.check_method add column accepted boolean not null default true;
alter table agora.check_method add column code_minutes integer check (code_minutes > 0);
comment on column agora.check_method.accepted is 'Whether checks of this kind are made here; the rest are words that are only read';
comment on column agora.check_method.code_minutes is 'Longest life of the code that such a check sends (NIST SP 800-63A-4); null when it sends none';
update agora.check_method set code_minutes = 24 * 60 where code = 'x_code_email';

insert into agora.check_method (place, code, class, cap, presented, in_person, accepted, code_minutes, label) values
  (14, 'token', 'verification', 'none', true, false, false, null, 'Member used the token bound to it'),
  (15, 'kbv', 'verification', 'none', false, false, false, null, 'Member answered questions about it'),
  (16, 'bvr', 'verification', 'none', true, false, false, null, 'Compared the face by machine, remotely'),
  (17, 'bvp', 'verification', 'none', true, true, false, null, 'Compared the face by machine, in person'),
  (18, 'x_code_phone', 'contact', 'none', true, false, false, 10, 'Member returned the code sent to the telephone'),
  (19, 'x_code_post', 'contact', 'none', true, false, false, 21 * 24 * 60, 'Member returned the code sent by post')
on conflict do nothing;

alter table agora.evidence_type add column accepted boolean not null default true;
comment on column agora.evidence_type.accepted is 'Whether members can name evidence of this kind';

insert into agora.evidence_type (place, type, subtype, strength, accepted, label, phrase)
select 100 + row_number() over (), k.type, k.subtype, 'none', false, k.label, k.phrase
  from (values
    ('document', 'visa', 'Visa', 'a visa'),
    ('document', 'military_id', 'Military identity card', 'a military identity card'),
    ('document', 'voter_id', 'Voter''s card', 'a voter''s card'),
    ('document', 'pilot_permit', 'Pilot''s licence', 'a pilot''s licence'),
    ('document', 'firearm_permit', 'Firearms certificate', 'a firearms certificate'),
    ('document', 'birth_certificate', 'Birth certificate', 'a birth certificate'),
    ('document', 'adoption_certificate', 'Adoption certificate', 'an adoption certificate'),
    ('document', 'marriage_certificate', 'Marriage certificate', 'a marriage certificate'),
    ('document', 'gender_certificate', 'Gender recognition certificate', 'a gender recognition certificate'),
    ('document', 'education_certificate', 'Certificate of education', 'a certificate of education'),
    ('document', 'mortgage_statement', 'Mortgage statement', 'a mortgage statement'),
    ('document', 'loan_statement', 'Loan statement', 'a loan statement'),
    ('document', 'social_security_statement', 'Social security statement', 'a social security statement'),
    ('electronic_record', 'birth_register', 'Entry in the register of births', 'the register of births'),
    ('electronic_record', 'population_register', 'Entry in the population register', 'the population register'),
    ('electronic_record', 'voter_register', 'Entry in the register of voters', 'the register of voters'),
    ('electronic_record', 'adoption_register', 'Entry in the register of adoptions', 'the register of adoptions'),
    ('electronic_record', 'marriage_register', 'Entry in the register of marriages', 'the register of marriages'),
    ('electronic_record', 'death_register', 'Entry in the register of deaths', 'the register of deaths'),
    ('electronic_record', 'fraud_register', 'Entry in a register of fraud', 'a register of fraud'),
    ('electronic_record', 'education', 'Record of education', 'a record of education'),
    ('electronic_record', 'military', 'Military record', 'a military record'),
    ('electronic_record', 'bank_account', 'Bank account', 'a bank account'),
    ('electronic_record', 'utility_account', 'Utility account', 'a utility account'),
    ('electronic_record', 'mortgage_account', 'Mortgage account', 'a mortgage account'),
    ('electronic_record', 'loan_account', 'Loan account', 'a loan account'),
    ('electronic_record', 'mno', 'Mobile telephone contract', 'a mobile telephone contract'),
    ('electronic_record', 'tax', 'Tax record', 'a tax record'),
    ('electronic_record', 'social_security', 'Social security record', 'a social security record'),
    ('electronic_record', 'prison_record', 'Prison record', 'a prison record')) k (type, subtype, label, phrase);
-- A vouch by a member (digital_attestation) has rules and a row of its own where vouching is built.
insert into agora.evidence_type (place, type, subtype, strength, accepted, label, phrase)
values (131, 'vouch', 'digital_attestation', 'none', false, 'Vouch by a member', 'a vouch by a member')
on conflict do nothing;

create function agora.evidence_accepted() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if not (select t.accepted from agora.evidence_type t where t.type = new.type and t.subtype = new.subtype) then
    perform agora.fail('AG004', '/subtype', 'This kind of evidence is not accepted; choose one of the list.');
  end if;
  return new;
end $$;
comment on function agora.evidence_accepted is 'Refuses evidence of a kind that has a name but is not accepted.';
create trigger evidence_accepted before insert on agora.evidence for each row execute function agora.evidence_accepted();

alter table agora.claim_name add column tier agora.tier not null default 'self';
alter table agora.claim_name add column stated boolean not null default true;
comment on column agora.claim_name.tier is 'Who sees it once it is verified, unless the member says otherwise';
comment on column agora.claim_name.stated is 'Whether a member states it; the rest follow from registers';
insert into agora.claim_name (place, code, about, format, shown_by, stated, label) values
  (23, 'salutation', 'identity', 'text', '{passport,idcard,x_professional_register,x_membership_register}', true, 'Salutation'),
  (24, 'msisdn', 'contact', 'text', '{mno}', true, 'Mobile telephone'),
  (25, 'x_standing', 'profession', 'text', '{x_professional_register}', false, 'Standing')
on conflict do nothing;
update agora.claim_name set tier = 'members'
 where code in ('given_name', 'family_name', 'title', 'salutation', 'x_profession', 'x_register', 'x_licence_status', 'x_jurisdiction',
                'x_speciality', 'x_post_nominals', 'x_membership_grade', 'x_member_since', 'x_standing');

create function agora.claim_stated() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if not (select n.stated from agora.claim_name n where n.code = new.name) then
    perform agora.fail('AG004', '/' || new.name, 'This follows from a register; it cannot be stated.');
  end if;
  return new;
end $$;
comment on function agora.claim_stated is 'Refuses a claim that is not the member''s to state.';
create trigger claim_stated before insert on agora.claim for each row execute function agora.claim_stated();

-- Who may see what of a verification.

create table agora.disclosure (
  person_id uuid not null references agora.person,
  what text not null check (what ~ '^[a-z][a-z_]{2,40}$'),
  tier agora.tier not null,
  primary key (person_id, what)
);
comment on table agora.disclosure is 'What a member has said about who sees a part of their verification; where they have not, the default counts.';
comment on column agora.disclosure.person_id is 'Whose';
comment on column agora.disclosure.what is 'Name of a claim (agora.claim_name), or evidence, history, or proofs';
comment on column agora.disclosure.tier is 'Who sees it';

-- Receipts: what a member took away, signed, to show to others.

create table agora.receipt (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account,
  verification_id uuid not null references agora.verification,
  claims text[] not null,
  evidence boolean not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  check (expires_at > issued_at)
);
create index receipt_account on agora.receipt (account_id, issued_at desc);
comment on table agora.receipt is 'Signed statements about a verification that a member took away. The text itself is not kept: who has it can show it.';
comment on column agora.receipt.id is 'Identity; the receipt''s jti, and the end of the address of its status';
comment on column agora.receipt.account_id is 'Who made it';
comment on column agora.receipt.verification_id is 'What it states';
comment on column agora.receipt.claims is 'Names of the facts in it';
comment on column agora.receipt.evidence is 'Whether it says what was checked and how';
comment on column agora.receipt.issued_at is 'When it was signed';
comment on column agora.receipt.expires_at is 'Until when it holds';
comment on column agora.receipt.ended_at is 'When the member ended it';

-- Keyed hashes. The key is in a file outside the database (docs/decisions/0076-keyed-hashes-in-c.md).

create table agora.person_key (
  person_id uuid not null references agora.person,
  source uuid not null,
  source_kind text not null check (source_kind in ('account', 'case')),
  kind text not null check (kind in ('name_birthdate', 'document_number', 'register_number', 'email')),
  about text,
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  hash bytea not null check (length(hash) = 32),
  made_at timestamptz not null default now(),
  primary key (source, kind, key_id, hash)
);
create index person_key_hash on agora.person_key (hash, kind, key_id);
create index person_key_person on agora.person_key (person_id);
comment on table agora.person_key is 'Keyed hashes (HMAC-SHA-256) of what tells a person, to find the same person again; all that is left of one who was erased.';
comment on column agora.person_key.person_id is 'Whose';
comment on column agora.person_key.source is 'Account or case in which it stood';
comment on column agora.person_key.source_kind is 'Which of the two';
comment on column agora.person_key.kind is 'What was hashed';
comment on column agora.person_key.about is 'For a number: sub-type of the evidence';
comment on column agora.person_key.key_id is 'Key of the file it was made with';
comment on column agora.person_key.hash is 'HMAC over kind, a zero octet, and the normalised text';
comment on column agora.person_key.made_at is 'When';

create table agora.person_apart (
  one uuid not null references agora.person,
  other uuid not null references agora.person,
  matched text[] not null check (cardinality(matched) > 0),
  note text not null check (length(note) between 1 and 1000),
  by uuid not null references agora.account,
  at timestamptz not null default now(),
  primary key (one, other),
  check (one < other)
);
comment on table agora.person_apart is 'Persons who have something in common and were found to be two.';
comment on column agora.person_apart.one is 'The one';
comment on column agora.person_apart.other is 'The other';
comment on column agora.person_apart.matched is 'Kinds of keyed hashes that they had in common; when another one is added, they are looked at again';
comment on column agora.person_apart.note is 'How that was found, for staff';
comment on column agora.person_apart.by is 'Who found it';
comment on column agora.person_apart.at is 'When';

create table agora.person_key_due (
  source uuid primary key,
  source_kind text not null check (source_kind in ('account', 'case')),
  changed bigint not null default 1
);
comment on table agora.person_key_due is 'Accounts and cases whose keyed hashes are to be made anew; the service does it, since it alone has the key.';
comment on column agora.person_key_due.source is 'Account or case';
comment on column agora.person_key_due.source_kind is 'Which of the two';
comment on column agora.person_key_due.changed is 'Raised by each change, so that one made meanwhile is not lost';

create function agora.person_key_want(wanted uuid, kind text) returns void
  language sql security definer set search_path = '' as $$
  insert into agora.person_key_due (source, source_kind) values (wanted, kind)
  on conflict (source) do update set changed = person_key_due.changed + 1
$$;
comment on function agora.person_key_want is 'Queues an account or case for new keyed hashes.';

create function agora.person_key_changed() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'account' then
    perform agora.person_key_want(new.id, 'account');
  else
    perform agora.person_key_want(c.id, 'case') from agora.vcase c
      where c.id = case tg_op when 'DELETE' then old.case_id else new.case_id end
        and c.state not in ('approved', 'rejected', 'withdrawn', 'closed_stale', 'upheld', 'varied');
  end if;
  return null;
end $$;
comment on function agora.person_key_changed is
  'Sees that what is hashed has changed. The hashes of a case that is over outlive what they were made of: retention removes that first.';
create trigger person_key_changed after insert or update of email on agora.account
  for each row execute function agora.person_key_changed();
create trigger person_key_changed after insert or delete or update of value on agora.claim
  for each row execute function agora.person_key_changed();
create trigger person_key_changed after insert or delete or update of document_number, removed_at on agora.evidence
  for each row execute function agora.person_key_changed();
insert into agora.person_key_due (source, source_kind) select id, 'account' from agora.account where state <> 'erased';
insert into agora.person_key_due (source, source_kind) select id, 'case' from agora.vcase where state not in ('draft', 'withdrawn');

-- The comparison in the clear that this replaces.
drop index agora.evidence_number;
alter table agora.evidence drop column number_key;
drop index agora.vcase_identity;
alter table agora.vcase drop column identity_key;

-- Terms of membership: a row each, so that a gap stays a gap.

create table agora.membership (
  id uuid primary key default agora.new_id(),
  person_id uuid not null references agora.person,
  organisation text not null check (length(organisation) between 1 and 200),
  grade text check (length(grade) between 1 and 100),
  number text check (length(number) between 1 and 80),
  standing text check (length(standing) between 1 and 100),
  began date not null,
  ended date,
  source text not null check (source in ('claim', 'roster', 'admin')),
  watch_id uuid references agora.register_watch,
  made_at timestamptz not null default now(),
  check (ended >= began)
);
create unique index membership_current on agora.membership (person_id, organisation) where ended is null;
create index membership_person on agora.membership (person_id, began);
create index membership_watch on agora.membership (watch_id) where watch_id is not null;
comment on table agora.membership is 'That a person belongs to an organisation, in which grade, a row for each term.';
comment on column agora.membership.id is 'Identity';
comment on column agora.membership.person_id is 'Who; the person, apart from any account';
comment on column agora.membership.organisation is 'Name of the organisation';
comment on column agora.membership.grade is 'Grade in this term; null when not said';
comment on column agora.membership.number is 'Number in the organisation''s list, without spaces and signs; null when not known';
comment on column agora.membership.standing is 'Standing in the list''s own word, as it last was; null when not said';
comment on column agora.membership.began is 'First day';
comment on column agora.membership.ended is 'Last day, also one that is still to come; null where none is known';
comment on column agora.membership.source is 'Where it is known from: a verified claim, the roster, an admin';
comment on column agora.membership.watch_id is 'Entry of a list that it follows; null for other sources';
comment on column agora.membership.made_at is 'When it was recorded';

-- Checkpoints of the audit log.

create table agora.audit_checkpoint (
  height bigint primary key check (height > 0),
  head bytea not null check (length(head) = 32),
  at timestamptz not null default now(),
  jws text not null check (jws ~ '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$')
);
comment on table agora.audit_checkpoint is 'How long the audit log was at a time and the hash of its last row, signed; the copies kept elsewhere are what counts.';
comment on column agora.audit_checkpoint.height is 'Place of the last row';
comment on column agora.audit_checkpoint.head is 'Its hash';
comment on column agora.audit_checkpoint.at is 'When it was signed';
comment on column agora.audit_checkpoint.jws is 'The signed statement';

create index audit_event_at on agora.audit_event (at);
create index audit_event_actor on agora.audit_event (actor, seq);
create index audit_event_of_subject on agora.audit_event (subject, seq);

-- Verified facts that a client of the OpenID provider asked for and the member agreed to.

alter table agora.oidc_request add column verified jsonb;
alter table agora.oidc_code add column verified jsonb;
comment on column agora.oidc_request.verified is 'Verified facts that would be given: {"id_token" or "userinfo": {"claims": [name], "evidence": boolean}}; null for none';
comment on column agora.oidc_code.verified is 'What of that was agreed to';
