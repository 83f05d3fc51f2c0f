-- The words of verification: OpenID Connect for Identity Assurance's names, with what each is called on
-- a page and what it is worth. Rows, not code: an organisation that accepts another document adds a row.

create type agora.evidence_strength as enum ('none', 'fair', 'strong', 'superior');
comment on type agora.evidence_strength is
  'What a piece of evidence can contribute (NIST SP 800-63A names); none: it supports, but carries no level.';

create table agora.level (
  level smallint primary key check (level between 0 and 4),
  label text not null,
  meaning text not null,
  offered boolean not null default true
);
comment on table agora.level is 'The ladder shown to people: how well we know who a member is.';
comment on column agora.level.level is 'Rung';
comment on column agora.level.label is 'Plain words of the badge';
comment on column agora.level.meaning is 'What it takes, for the page where a member chooses';
comment on column agora.level.offered is 'Whether this instance can check it: level 4 needs attended sessions and two persons';

insert into agora.level (level, label, meaning, offered) values
  (0, 'Not checked', 'An account, nothing more.', true),
  (1, 'Contactable', 'The address answers.', true),
  (2, 'Known to the society', 'In the membership register, or one document was looked at.', true),
  (3, 'Identity checked', 'Two independent pieces of evidence, or one of the strongest kind, and the member was seen to be the person in them.', true),
  (4, 'Identity checked in person', 'As level 3, at an attended session, by two persons.', false);

create table agora.check_method (
  code text primary key check (code ~ '^[a-z][a-z_]{2,20}$'),
  label text not null,
  class text not null check (class in ('validation', 'verification', 'contact', 'control')),
  cap agora.evidence_strength not null,
  presented boolean not null,
  in_person boolean not null,
  place smallint not null
);
comment on table agora.check_method is 'Ways to check a piece of evidence; codes of the identity assurance registry, our own with x_.';
comment on column agora.check_method.code is 'check_method of OpenID Connect for Identity Assurance';
comment on column agora.check_method.label is 'What the verifier did, in plain words';
comment on column agora.check_method.class is
  'validation: the item is genuine; verification: it is the member''s; contact: an address answers; control: a web resource is theirs';
comment on column agora.check_method.cap is 'The most an item can be worth when this is its best validation';
comment on column agora.check_method.presented is 'Whether the member must have had the item to be checked so (a register look-up needs no possession)';
comment on column agora.check_method.in_person is 'Whether member and verifier, or document and verifier, met';
comment on column agora.check_method.place is 'Order in lists';

-- Knowledge-based questions (kbv) and automated face matching (bvp, bvr) are left out on purpose.
insert into agora.check_method (place, code, class, cap, presented, in_person, label) values
  (1, 'vri', 'validation', 'strong', true, false, 'Looked at an image of it'),
  (2, 'vpip', 'validation', 'strong', true, true, 'Looked at the original, in person'),
  (3, 'vpiruv', 'validation', 'strong', true, true, 'Looked at the original, in person, also under ultraviolet light'),
  (4, 'vdig', 'validation', 'fair', true, false, 'Looked at the digital document''s content and properties'),
  (5, 'vcrypt', 'validation', 'superior', true, false, 'Verified its electronic signature'),
  (6, 'data', 'validation', 'strong', false, false, 'Compared with the record at its source'),
  (7, 'pvr', 'verification', 'none', true, false, 'Compared the face, by video or photograph'),
  (8, 'pvp', 'verification', 'none', true, true, 'Compared the face, in person'),
  (9, 'auth', 'verification', 'none', true, false, 'Member signed in at its source'),
  (10, 'x_code_email', 'contact', 'none', true, false, 'Member returned the code sent to the address'),
  (11, 'x_rel_me', 'control', 'none', true, false, 'Page links back to the member''s profile'),
  (12, 'x_dns', 'control', 'none', true, false, 'Domain has the record we asked for'),
  (13, 'x_well_known', 'control', 'none', true, false, 'Site has the file we asked for');

create table agora.evidence_type (
  type text not null check (type in ('document', 'electronic_record', 'vouch', 'electronic_signature')),
  subtype text not null check (subtype ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  phrase text not null,
  strength agora.evidence_strength not null,
  superior_by_signature boolean not null default false,
  max_age_days integer check (max_age_days > 0),
  place smallint not null,
  primary key (type, subtype)
);
comment on table agora.evidence_type is 'Kinds of evidence that are accepted, with what they are worth: the evidence policy.';
comment on column agora.evidence_type.type is 'Evidence type of OpenID Connect for Identity Assurance';
comment on column agora.evidence_type.subtype is 'Type of document, record, attestation or signature; our own with x_';
comment on column agora.evidence_type.label is 'Name in lists';
comment on column agora.evidence_type.phrase is 'Name in a sentence: checked against a passport';
comment on column agora.evidence_type.strength is 'Worth when it is validated';
comment on column agora.evidence_type.superior_by_signature is 'Whether it is superior once its electronic signature was verified (vcrypt)';
comment on column agora.evidence_type.max_age_days is 'Days after its date of issuance for which it counts; null: until it expires';
comment on column agora.evidence_type.place is 'Order in lists';

-- A vouch by a member of the service (digital_attestation) needs that member's consent and level on
-- record; until it has both, only a letter is taken, as support.
insert into agora.evidence_type (place, type, subtype, strength, superior_by_signature, max_age_days, label, phrase) values
  (1, 'document', 'passport', 'strong', true, null, 'Passport', 'a passport'),
  (2, 'document', 'idcard', 'strong', true, null, 'National identity card', 'an identity card'),
  (3, 'document', 'residence_permit', 'strong', true, null, 'Residence permit', 'a residence permit'),
  (4, 'document', 'driving_permit', 'strong', false, null, 'Driving licence', 'a driving licence'),
  (5, 'document', 'bank_statement', 'fair', false, 92, 'Bank statement', 'a bank statement'),
  (6, 'document', 'utility_statement', 'fair', false, 92, 'Utility bill', 'a utility bill'),
  (7, 'document', 'tax_statement', 'fair', false, 92, 'Tax statement', 'a tax statement'),
  (8, 'electronic_record', 'x_professional_register', 'fair', false, null, 'Entry in the professional register', 'a register entry'),
  (9, 'electronic_record', 'x_membership_register', 'fair', false, null, 'Entry in the membership register', 'a membership record'),
  (10, 'electronic_record', 'x_employer_directory', 'none', false, null, 'Entry in an employer''s directory', 'an employer''s directory'),
  (11, 'electronic_record', 'x_email_domain', 'none', false, null, 'E-mail address at an employer or university', 'a work e-mail address'),
  (12, 'electronic_record', 'x_web_resource', 'none', false, null, 'Web page', 'a web page'),
  (13, 'vouch', 'written_attestation', 'none', false, null, 'Letter from a member who knows you', 'a letter from a member'),
  (14, 'electronic_signature', 'qes_eidas', 'strong', false, null, 'Document with a qualified electronic signature', 'a qualified electronic signature');

create table agora.evidence_method (
  type text not null,
  subtype text not null,
  check_method text not null references agora.check_method,
  primary key (type, subtype, check_method),
  foreign key (type, subtype) references agora.evidence_type
);
comment on table agora.evidence_method is 'Which checks each kind of evidence allows.';
comment on column agora.evidence_method.type is 'Kind of evidence';
comment on column agora.evidence_method.subtype is 'Kind of evidence';
comment on column agora.evidence_method.check_method is 'A check it allows';

insert into agora.evidence_method (type, subtype, check_method)
select k.type, k.subtype, m.method
  from (values
    ('document', 'passport', '{vri,vpip,vpiruv,vcrypt,pvr,pvp}'::text[]),
    ('document', 'idcard', '{vri,vpip,vpiruv,vcrypt,pvr,pvp}'),
    ('document', 'residence_permit', '{vri,vpip,vpiruv,vcrypt,pvr,pvp}'),
    ('document', 'driving_permit', '{vri,vpip,data,pvr,pvp}'),
    ('document', 'bank_statement', '{vri,vdig,data}'),
    ('document', 'utility_statement', '{vri,vdig,data}'),
    ('document', 'tax_statement', '{vri,vdig,data}'),
    ('electronic_record', 'x_professional_register', '{data}'),
    ('electronic_record', 'x_membership_register', '{data,auth}'),
    ('electronic_record', 'x_employer_directory', '{data}'),
    ('electronic_record', 'x_email_domain', '{x_code_email}'),
    ('electronic_record', 'x_web_resource', '{x_rel_me,x_dns,x_well_known}'),
    ('vouch', 'written_attestation', '{vri,vdig}'),
    ('electronic_signature', 'qes_eidas', '{vcrypt}')) k (type, subtype, methods)
 cross join unnest(k.methods) m (method);

create table agora.claim_name (
  code text primary key check (code ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  about text not null check (about in ('identity', 'contact', 'profession', 'membership')),
  format text not null default 'text' check (format in ('text', 'date', 'country')),
  shown_by text[],
  place smallint not null
);
comment on table agora.claim_name is 'Facts about a member that can be verified; OpenID names, our own with x_.';
comment on column agora.claim_name.code is 'Name of the claim';
comment on column agora.claim_name.label is 'Name on a page';
comment on column agora.claim_name.about is 'What it is about; groups the form';
comment on column agora.claim_name.format is 'text; date: YYYY-MM-DD; country: ISO 3166-1 alpha-2';
comment on column agora.claim_name.shown_by is
  'Sub-types of evidence of which one must have been validated before an approval verifies the claim; null: whatever proved the identity';
comment on column agora.claim_name.place is 'Order in lists';

insert into agora.claim_name (place, code, about, format, shown_by, label) values
  (1, 'given_name', 'identity', 'text', null, 'Given name'),
  (2, 'middle_name', 'identity', 'text', null, 'Middle name'),
  (3, 'family_name', 'identity', 'text', null, 'Family name'),
  (4, 'birthdate', 'identity', 'date', null, 'Date of birth'),
  (5, 'place_of_birth', 'identity', 'text', '{passport,idcard,residence_permit,driving_permit}', 'Place of birth'),
  (6, 'nationalities', 'identity', 'country', '{passport,idcard,residence_permit}', 'Nationality'),
  (7, 'birth_given_name', 'identity', 'text', '{passport,idcard,residence_permit}', 'Given name at birth'),
  (8, 'birth_middle_name', 'identity', 'text', '{passport,idcard,residence_permit}', 'Middle name at birth'),
  (9, 'birth_family_name', 'identity', 'text', '{passport,idcard,residence_permit}', 'Family name at birth'),
  (10, 'also_known_as', 'identity', 'text', '{passport,idcard,x_professional_register,x_membership_register}', 'Also known as'),
  (11, 'title', 'identity', 'text', '{passport,idcard,x_professional_register,x_membership_register}', 'Title'),
  (12, 'address', 'contact', 'text', '{idcard,residence_permit,driving_permit,bank_statement,utility_statement,tax_statement}', 'Address'),
  (13, 'email', 'contact', 'text', '{x_email_domain}', 'E-mail address at work'),
  (14, 'x_profession', 'profession', 'text', '{x_professional_register}', 'Profession'),
  (15, 'x_licence_number', 'profession', 'text', '{x_professional_register}', 'Licence number'),
  (16, 'x_register', 'profession', 'text', '{x_professional_register}', 'Register'),
  (17, 'x_licence_status', 'profession', 'text', '{x_professional_register}', 'Status of the licence'),
  (18, 'x_jurisdiction', 'profession', 'country', '{x_professional_register}', 'Country of the licence'),
  (19, 'x_speciality', 'profession', 'text', '{x_professional_register}', 'Speciality'),
  (20, 'x_post_nominals', 'profession', 'text', '{x_professional_register,x_membership_register}', 'Letters after the name'),
  (21, 'x_membership_grade', 'membership', 'text', '{x_membership_register}', 'Membership grade'),
  (22, 'x_member_since', 'membership', 'date', '{x_membership_register}', 'Member since');

create table agora.reason_code (
  used_to text not null check (used_to in ('ask', 'reject')),
  code text not null check (code ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  recourse text check (recourse in ('retry', 'referee', 'final', 'restricted')),
  place smallint not null,
  primary key (used_to, code),
  check ((used_to = 'reject') = (recourse is not null))
);
comment on table agora.reason_code is 'Why a verifier asks for more or does not approve. No code tells which fact a register did or did not match.';
comment on column agora.reason_code.used_to is 'ask the member for more, or reject';
comment on column agora.reason_code.code is 'Name';
comment on column agora.reason_code.label is 'Plain words, for verifier and member';
comment on column agora.reason_code.recourse is
  'What a rejected member can do: retry; referee: ask for a trusted referee; final: nothing; restricted: appeal only, and the code is never shown to the member';
comment on column agora.reason_code.place is 'Order in lists';

insert into agora.reason_code (used_to, place, code, recourse, label) values
  ('ask', 1, 'missing_evidence', null, 'A piece of evidence is missing'),
  ('ask', 2, 'more_for_level', null, 'The level asked for needs more'),
  ('ask', 3, 'evidence_not_accepted', null, 'This kind of evidence is not accepted'),
  ('ask', 4, 'evidence_out_of_date', null, 'The evidence is out of date'),
  ('ask', 5, 'name_differs', null, 'The name differs'),
  ('ask', 6, 'address_unconfirmed', null, 'The address is not confirmed'),
  ('ask', 7, 'register_not_found', null, 'No entry was found in the register'),
  ('ask', 8, 'register_not_current', null, 'The register entry is not current'),
  ('ask', 9, 'unreadable_image', null, 'The image cannot be read'),
  ('ask', 10, 'missing_side', null, 'A side or page is missing'),
  ('ask', 11, 'voucher_no_reply', null, 'The person who should vouch has not answered'),
  ('ask', 12, 'voucher_declined', null, 'The person who should vouch has declined'),
  ('ask', 13, 'session_missed', null, 'The session did not take place');
insert into agora.reason_code (used_to, place, code, recourse, label)
select 'reject', place, code, 'retry', label from agora.reason_code where used_to = 'ask';
insert into agora.reason_code (used_to, place, code, recourse, label) values
  ('reject', 21, 'cannot_bind', 'referee', 'We could not tell that the evidence is about this person'),
  ('reject', 22, 'record_absent', 'referee', 'There is no record to compare with'),
  ('reject', 23, 'mismatch_unexplained', 'referee', 'Facts differ and the difference is not explained'),
  ('reject', 31, 'not_a_member', 'final', 'Not a member of the organisation'),
  ('reject', 32, 'outside_jurisdiction', 'final', 'Outside the area the organisation is responsible for'),
  ('reject', 33, 'under_age', 'final', 'Under the age that the organisation requires'),
  ('reject', 34, 'already_verified_elsewhere', 'final', 'Already verified with another account'),
  ('reject', 41, 'counter_fraud', 'restricted', 'Fraud checks'),
  ('reject', 42, 'evidence_altered', 'restricted', 'Evidence was altered'),
  ('reject', 43, 'impersonation_reported', 'restricted', 'Someone reported an impersonation'),
  ('reject', 44, 'deceased_record', 'restricted', 'A record says that this person has died');

create table agora.revoke_reason (
  code text primary key check (code ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  class text not null,
  fraud boolean not null default false,
  supersedes boolean not null default false,
  place smallint not null
);
comment on table agora.revoke_reason is 'Why a verification ends before its time.';
comment on column agora.revoke_reason.code is 'Name';
comment on column agora.revoke_reason.label is 'Plain words, for who revokes';
comment on column agora.revoke_reason.class is 'What the member and their history are told: a class of reasons, never the detail';
comment on column agora.revoke_reason.fraud is 'Whether the person may not be who others think: contacts end too';
comment on column agora.revoke_reason.supersedes is 'Whether the verification was right but must be made anew';
comment on column agora.revoke_reason.place is 'Order in lists';

insert into agora.revoke_reason (place, code, class, fraud, supersedes, label) values
  (1, 'member_request', 'at the member''s request', false, false, 'The member asked for it'),
  (2, 'name_changed', 'facts have changed', false, true, 'The name has changed'),
  (3, 'left_organisation', 'membership has ended', false, false, 'Left the organisation'),
  (4, 'deceased', 'membership has ended', false, false, 'Has died'),
  (5, 'licence_lapsed', 'standing has changed', false, false, 'The licence has lapsed'),
  (6, 'licence_suspended', 'standing has changed', false, false, 'The licence is suspended'),
  (7, 'licence_revoked', 'standing has changed', false, false, 'The licence was revoked'),
  (8, 'duplicate_merged', 'facts have changed', false, false, 'Merged with another account of the same person'),
  (9, 'error', 'withdrawn by the organisation', false, false, 'Made by mistake'),
  (10, 'policy_withdrawn', 'withdrawn by the organisation', false, false, 'The policy it rests on was withdrawn'),
  (11, 'evidence_invalidated', 'withdrawn by the organisation', false, false, 'The evidence is no longer good'),
  (12, 'mistaken_identity', 'withdrawn by the organisation', true, false, 'Mistaken identity'),
  (13, 'fraud_confirmed', 'withdrawn by the organisation', true, false, 'Fraud was confirmed'),
  (14, 'verifier_compromised', 'withdrawn by the organisation', true, false, 'The verifier cannot be relied on');

create table agora.word (
  list text not null check (list in ('ask_kinds', 'times_asked')),
  code text not null check (code ~ '^[a-z][a-z_]{2,40}$'),
  label text not null,
  place smallint not null,
  primary key (list, code)
);
comment on table agora.word is 'Labels of choices that need no table of their own: what an introduction asks for.';
comment on column agora.word.list is 'Which list: the member of the vocabulary';
comment on column agora.word.code is 'Name';
comment on column agora.word.label is 'Plain words';
comment on column agora.word.place is 'Order in the list';

insert into agora.word (list, place, code, label) values
  ('ask_kinds', 1, 'advice', 'Advice'),
  ('ask_kinds', 2, 'second_opinion', 'A second opinion'),
  ('ask_kinds', 3, 'referral', 'A referral'),
  ('ask_kinds', 4, 'collaboration', 'Collaboration'),
  ('ask_kinds', 5, 'hire', 'Work or a position'),
  ('ask_kinds', 6, 'speak', 'A talk'),
  ('ask_kinds', 7, 'mentor', 'Mentoring'),
  ('ask_kinds', 8, 'peer_review', 'Peer review'),
  ('ask_kinds', 9, 'supervise', 'Supervision'),
  ('ask_kinds', 10, 'other', 'Something else'),
  ('times_asked', 1, 'one_message', 'One message'),
  ('times_asked', 2, 'quarter_hour', 'A quarter of an hour'),
  ('times_asked', 3, 'ongoing', 'Over a longer time');

insert into agora.policy (key, value, meaning) values
  ('organisation.name', '"Agora"', 'Name of the organisation, as people know it; set from [agora] organisation'),
  ('verification.trust_framework', '"x_agora_2026"', 'Name of the rule set: x_, the organisation, the year of its practice statement'),
  ('verification.working_days', '5', 'Working days within which a submitted case is to be decided'),
  ('verification.validity_months', '60', 'Months for which a verification holds'),
  ('verification.due_days', '120', 'Days before its end from which a verification is due for a re-check'),
  ('verification.evidence_limit', '12', 'Pieces of evidence in one case at most')
on conflict (key) do nothing;
