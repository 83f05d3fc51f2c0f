-- Checks that run by themselves. A connector says where to look (a web page, a name server, a register's
-- web service, a list that the organisation imports), a watch what to look for, whose it is, and when
-- next. A watch outlives the case in which it began: what was found is recorded as checks of the evidence
-- of its person's open case, and goes on being looked at after the decision.

insert into agora.policy (key, value, meaning) values
  ('checks.email_days', '365', 'Days after which the e-mail address at an employer or university must return a code again'),
  ('checks.email_notice_days', '30', 'Days before that when the member is told'),
  ('checks.codes_per_day', '5', 'Codes for an e-mail domain that one member is sent in a day'),
  ('checks.code_tries', '5', 'Wrong codes after which a code for an e-mail domain counts no more'),
  ('checks.code_hours', '24', 'Hours for which such a code counts'),
  ('checks.web_grace_days', '7', 'Days for which a web page that was confirmed may fail its check before it counts no more'),
  ('checks.web_wait_days', '14', 'Days for which a page that was never confirmed is looked at again by itself'),
  ('checks.web_limit', '10', 'Pages and domains that one member keeps confirmed at most'),
  ('checks.matches_per_day', '10', 'Comparisons with registers that one member may cause in a day; more are left to a verifier'),
  ('standing.fresh_days', '31', 'Days for which a register''s answer lets a member be called in good standing'),
  ('standing.months', '36', 'Months after a decision for which it carries standing, whatever the register says'),
  ('verification.source_days', '120', 'Days that a comparison with a record may be old when a case is approved'),
  ('roster.imports_kept', '3', 'Imports of a list that are kept, so that the latest can be undone');

create table agora.freemail_domain (
  domain text primary key check (domain = lower(domain) and domain ~ '^[a-z0-9.-]+$')
);
comment on table agora.freemail_domain is
  'Domains where anyone can have an e-mail address, so that one there says nothing about an employer or university. Rows can be added.';
comment on column agora.freemail_domain.domain is 'Domain; those below it count with it';

insert into agora.freemail_domain (domain)
select distinct unnest(string_to_array(
  '126.com 139.com 163.com 189.cn abv.bg aim.com aol.com aol.de aol.fr aol.co.uk arcor.de att.net bell.net bellsouth.net '
  'bigpond.com bk.ru blueyonder.co.uk bluewin.ch bol.com.br btinternet.com centrum.cz charter.net chello.at chello.nl '
  'comcast.net cox.net daum.net discard.email duck.com earthlink.net email.com email.cz email.de fastmail.com fastmail.fm '
  'foxmail.com free.fr freemail.hu freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net gmx.us '
  'googlemail.com guerrillamail.com hanmail.net hey.com home.nl hotmail.be hotmail.ca hotmail.co.uk hotmail.com hotmail.com.br '
  'hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hushmail.com icloud.com ig.com.br inbox.lv inbox.ru interia.pl '
  'juno.com kakao.com kpnmail.nl laposte.net libero.it list.ru live.be live.ca live.co.uk live.com live.com.au live.de live.fr '
  'live.it live.nl lycos.com mac.com mail.bg mail.com mail.de mail.ee mail.ru mail.ua mailbox.org mailfence.com mailinator.com '
  'me.com mindspring.com msn.com mweb.co.za mynet.com nate.com naver.com netscape.net neuf.fr ntlworld.com o2.pl office365.com '
  'onet.eu onet.pl online.de online.no optonline.net optusnet.com.au orange.fr outlook.at outlook.be outlook.com outlook.de '
  'outlook.es outlook.fr outlook.it pm.me post.cz posteo.de posteo.net prodigy.net protonmail.ch protonmail.com proton.me qq.com '
  'rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca '
  'sina.com sky.com skynet.be sohu.com spymac.com sympatico.ca t-online.de talktalk.net telenet.be telia.com telus.net '
  'temp-mail.org terra.com.br terra.es tin.it tiscali.co.uk tiscali.it tlen.pl tuta.com tuta.io tutanota.com tutanota.de tutamail.com '
  'ukr.net uol.com.br verizon.net virgilio.it virgin.net virginmedia.com vivaldi.net volny.cz wanadoo.fr web.de windowslive.com '
  'wp.pl xtra.co.nz ya.ru yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au '
  'yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.by yandex.com yandex.kz yandex.ru yeah.net '
  'ymail.com yopmail.com zoho.com zohomail.com zoznam.sk 10minutemail.com simplelogin.com anonaddy.com sharklasers.com', ' '));

create type agora.connector_kind as enum ('email_code', 'rel_me', 'dns', 'well_known', 'roster', 'register_http');
comment on type agora.connector_kind is
  'How a connector looks: by a code sent to an address, a link on a page, a record of a name server, a file of a site, a list imported here, a register''s web service.';

create table agora.connector (
  id uuid primary key default agora.new_id(),
  kind agora.connector_kind not null,
  subject text not null check (subject in ('email_domain', 'web_resource', 'membership', 'professional', 'sanctions')),
  name text not null unique check (length(name) between 1 and 120),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  every interval not null check (every between interval '1 hour' and interval '800 days'),
  enabled boolean not null default true,
  last_run_at timestamptz,
  last_ok_at timestamptz,
  last_problem text check (length(last_problem) <= 500),
  created_at timestamptz not null default now(),
  version bigint not null default 1,
  check (case kind when 'email_code' then subject = 'email_domain'
                   when 'roster' then subject in ('membership', 'professional', 'sanctions')
                   when 'register_http' then subject in ('membership', 'professional')
                   else subject = 'web_resource' end)
);
create unique index connector_built_in on agora.connector (kind) where kind not in ('roster', 'register_http');
comment on table agora.connector is 'Where a check looks. One row here and one file directory/domain/connector_*.c for its kind.';
comment on column agora.connector.id is 'Identity';
comment on column agora.connector.kind is 'How it looks';
comment on column agora.connector.subject is 'What it can show; which kind of evidence its watches belong to';
comment on column agora.connector.name is 'Name for people: of the register, mostly';
comment on column agora.connector.settings is
  'What its kind needs. register_http: url, answer (json or text), status_pointer, name_pointer, good, match. roster: mapping of fields to columns, as last used; organisation whose members it lists; good';
comment on column agora.connector.every is 'Time between two looks at what was found good';
comment on column agora.connector.enabled is 'Whether it looks; those that are off keep what they found';
comment on column agora.connector.last_run_at is 'When it last looked';
comment on column agora.connector.last_ok_at is 'When it last got an answer, whatever the answer was';
comment on column agora.connector.last_problem is 'Why it got none the last time; null when it did';
comment on column agora.connector.created_at is 'When it was added';
comment on column agora.connector.version is 'Raised by every change of its settings; the ETag';

insert into agora.connector (kind, subject, name, every) values
  ('email_code', 'email_domain', 'E-mail domain, by a code', '365 days'),
  ('rel_me', 'web_resource', 'Web page that links back', '7 days'),
  ('dns', 'web_resource', 'Domain, by a record of its name server', '7 days'),
  ('well_known', 'web_resource', 'Web site, by a file on it', '7 days'),
  ('roster', 'membership', 'Membership register', '28 days');

create type agora.watch_state as enum ('waiting', 'good', 'grace', 'lapsed', 'removed');
comment on type agora.watch_state is
  'waiting: not found good yet; good; grace: was good, fails since less than the grace; lapsed: counts no more; removed: taken back by its member.';

create table agora.register_watch (
  id uuid primary key default agora.new_id(),
  connector_id uuid not null references agora.connector,
  person_id uuid not null references agora.person,
  account_id uuid not null references agora.account,
  target text not null check (length(target) between 1 and 500),
  claims jsonb not null default '{}' check (jsonb_typeof(claims) = 'object'),
  token text not null default rtrim(translate(encode(sha256(uuid_send(gen_random_uuid())), 'base64'), '+/', '-_'), '='),
  state agora.watch_state not null default 'waiting',
  result text check (result in ('passed', 'failed', 'cannot_tell')),
  problem text check (length(problem) <= 500),
  status text check (length(status) <= 100),
  created_at timestamptz not null default now(),
  checked_at timestamptz,
  passed_at timestamptz,
  failing_since timestamptz,
  next_at timestamptz,
  lease_until timestamptz,
  tries integer not null default 0,
  told_at timestamptz,
  ended_at timestamptz,
  check ((state in ('lapsed', 'removed')) = (ended_at is not null)),
  check (state not in ('good', 'grace') or passed_at is not null)
);
create unique index register_watch_one on agora.register_watch (person_id, connector_id, target) where ended_at is null;
create index register_watch_due on agora.register_watch (next_at, id) where next_at is not null and ended_at is null;
create index register_watch_person on agora.register_watch (person_id, id);
create index register_watch_connector on agora.register_watch (connector_id, id);
comment on table agora.register_watch is 'Something of a member that a connector keeps looking at: a domain, a page, an entry in a register.';
comment on column agora.register_watch.id is 'Identity';
comment on column agora.register_watch.connector_id is 'Where is looked';
comment on column agora.register_watch.person_id is 'Whose it is';
comment on column agora.register_watch.account_id is 'Account that named it';
comment on column agora.register_watch.target is 'What is looked for: a domain (never an address), a web address, a number in a register';
comment on column agora.register_watch.claims is 'With a register: the names and birthdate it is compared with, as stated in the case';
comment on column agora.register_watch.token is 'What the member puts on the page or into the name server; tells nothing to others';
comment on column agora.register_watch.state is 'Where it stands';
comment on column agora.register_watch.result is 'What came of the last look that got an answer';
comment on column agora.register_watch.problem is 'Why the last look did not find it good, a sentence for its member; never tells which fact of a register did not match';
comment on column agora.register_watch.status is 'Status of the entry in the register''s own word, when it was found';
comment on column agora.register_watch.created_at is 'When it was named, or its member last had it looked at before it was found good';
comment on column agora.register_watch.checked_at is 'When it was last looked at';
comment on column agora.register_watch.passed_at is 'When it was last found good';
comment on column agora.register_watch.failing_since is 'Since when it is not found good any more';
comment on column agora.register_watch.next_at is 'When it is looked at next; null: not by itself';
comment on column agora.register_watch.lease_until is 'Until when a worker has it in hand';
comment on column agora.register_watch.tries is 'Looks since it was last found good';
comment on column agora.register_watch.told_at is 'When its member was last told that it is about to lapse';
comment on column agora.register_watch.ended_at is 'When it lapsed or was removed';

create table agora.evidence_watch (
  evidence_id uuid primary key references agora.evidence on delete cascade,
  watch_id uuid not null references agora.register_watch
);
create index evidence_watch_watch on agora.evidence_watch (watch_id);
comment on table agora.evidence_watch is 'Which watch checks a piece of evidence.';
comment on column agora.evidence_watch.evidence_id is 'Evidence';
comment on column agora.evidence_watch.watch_id is 'Its watch';

-- The system checks too.
alter table agora.vcheck alter column by drop not null;
comment on column agora.vcheck.by is 'Verifier; null: a check that ran by itself';

create table agora.domain_code (
  id uuid primary key default agora.new_id(),
  account_id uuid not null references agora.account on delete cascade,
  domain text not null check (length(domain) between 3 and 253),
  code_hash bytea not null check (length(code_hash) = 32),
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index domain_code_account on agora.domain_code (account_id, created_at desc);
create index domain_code_expires_at on agora.domain_code (expires_at);
comment on table agora.domain_code is 'Codes sent to e-mail addresses at work. The address itself is in the message alone, which is forgotten with the code.';
comment on column agora.domain_code.id is 'Identity; the message''s order in the outbox';
comment on column agora.domain_code.account_id is 'Who asked';
comment on column agora.domain_code.domain is 'Domain of the address';
comment on column agora.domain_code.code_hash is 'SHA-256 of the code';
comment on column agora.domain_code.tries is 'Wrong codes given while this one counted';
comment on column agora.domain_code.created_at is 'When it was sent';
comment on column agora.domain_code.expires_at is 'Until when it counts';
comment on column agora.domain_code.used_at is 'When it was given';

create type agora.roster_state as enum ('waiting', 'staged', 'applied', 'undone', 'discarded', 'failed');
comment on type agora.roster_state is
  'waiting: to be read; staged: read, a dry run; applied; undone: was applied; discarded: never applied; failed: could not be read.';

create table agora.roster_import (
  id uuid primary key default agora.new_id(),
  connector_id uuid not null references agora.connector,
  file_name text not null check (length(file_name) between 1 and 200),
  mapping jsonb not null check (jsonb_typeof(mapping) = 'object'),
  file bytea,
  state agora.roster_state not null default 'waiting',
  problem text check (length(problem) <= 500),
  lines_read integer not null default 0,
  octets_read bigint not null default 0,
  octets bigint not null default 0,
  accepted integer not null default 0,
  refused integer not null default 0,
  added integer,
  changed integer,
  removed integer,
  by uuid references agora.account,
  created_at timestamptz not null default now(),
  staged_at timestamptz,
  applied_at timestamptz,
  ended_at timestamptz,
  lease_until timestamptz,
  check (state <> 'applied' or applied_at is not null)
);
create index roster_import_connector on agora.roster_import (connector_id, created_at desc);
create index roster_import_waiting on agora.roster_import (created_at) where state = 'waiting';
comment on table agora.roster_import is
  'A whole list as it was imported: of members, of a register, of sanctions. The latest applied one is in force; to undo it is to go back to the one before.';
comment on column agora.roster_import.id is 'Identity';
comment on column agora.roster_import.connector_id is 'Which list';
comment on column agora.roster_import.file_name is 'Name of the file';
comment on column agora.roster_import.mapping is 'Field to name of its column';
comment on column agora.roster_import.file is 'The file as it came, until it was read';
comment on column agora.roster_import.state is 'Where it stands';
comment on column agora.roster_import.problem is 'Why it could not be read';
comment on column agora.roster_import.lines_read is 'Records read so far';
comment on column agora.roster_import.octets_read is 'Octets read so far, for the progress bar';
comment on column agora.roster_import.octets is 'Octets of the file';
comment on column agora.roster_import.accepted is 'Records taken';
comment on column agora.roster_import.refused is 'Records with a fault';
comment on column agora.roster_import.added is 'Numbers that the list in force did not have';
comment on column agora.roster_import.changed is 'Numbers with other facts than in the list in force';
comment on column agora.roster_import.removed is 'Numbers of the list in force that are not in this one';
comment on column agora.roster_import.by is 'Who imported; null: an operator at the command line';
comment on column agora.roster_import.created_at is 'When it came';
comment on column agora.roster_import.staged_at is 'When it had been read';
comment on column agora.roster_import.applied_at is 'When it came into force';
comment on column agora.roster_import.ended_at is 'When it was undone or discarded';
comment on column agora.roster_import.lease_until is 'Until when a worker has it in hand';

create table agora.roster_row (
  import_id uuid not null references agora.roster_import on delete cascade,
  line integer not null,
  number_key text not null check (length(number_key) between 1 and 80),
  given_key text not null check (length(given_key) <= 200),
  family_key text not null check (length(family_key) <= 200),
  shown_name text not null check (length(shown_name) <= 300),
  birthdate date,
  status text check (length(status) <= 100),
  expires_on date,
  grade text check (length(grade) between 1 and 100),
  since date,
  primary key (import_id, line)
);
create index roster_row_number on agora.roster_row (import_id, number_key);
create index roster_row_name on agora.roster_row (import_id, family_key);
comment on table agora.roster_row is 'One entry of an imported list.';
comment on column agora.roster_row.import_id is 'Import';
comment on column agora.roster_row.line is 'Line of the file, from 1';
comment on column agora.roster_row.number_key is 'Number without spaces and signs; of a sanctions list, the line';
comment on column agora.roster_row.given_key is 'Given names, without accents, case and order';
comment on column agora.roster_row.family_key is 'Family name, without accents, case and order';
comment on column agora.roster_row.shown_name is 'Name as in the file; for verifiers, of a sanctions list alone';
comment on column agora.roster_row.birthdate is 'Date of birth, where the list has it';
comment on column agora.roster_row.status is 'Status in the list''s own word';
comment on column agora.roster_row.expires_on is 'Until when the entry holds';
comment on column agora.roster_row.grade is 'Grade of a member, where the list has it';
comment on column agora.roster_row.since is 'Since when they belong, where the list has it';

create table agora.roster_fault (
  import_id uuid not null references agora.roster_import on delete cascade,
  line integer not null,
  reason text not null check (length(reason) <= 200),
  primary key (import_id, line)
);
comment on table agora.roster_fault is 'Records of an import that were not taken, and why.';
comment on column agora.roster_fault.import_id is 'Import';
comment on column agora.roster_fault.line is 'Line on which the record begins';
comment on column agora.roster_fault.reason is 'What is wrong with it';

create table agora.screening (
  id uuid primary key default agora.new_id(),
  case_id uuid not null references agora.vcase,
  connector_id uuid not null references agora.connector,
  import_id uuid not null references agora.roster_import on delete cascade,
  matches jsonb not null,
  at timestamptz not null default now()
);
create index screening_case on agora.screening (case_id, at desc);
comment on table agora.screening is 'A look into a sanctions list for a case. For its verifier alone, who judges what it means.';
comment on column agora.screening.id is 'Identity';
comment on column agora.screening.case_id is 'Case';
comment on column agora.screening.connector_id is 'List';
comment on column agora.screening.import_id is 'The import that was in force';
comment on column agora.screening.matches is 'Entries with this name and no other birthdate: [{line, name, birthdate}]';
comment on column agora.screening.at is 'When';

create type agora.trial_state as enum ('waiting', 'done');
comment on type agora.trial_state is 'waiting: to be looked up; done.';
create table agora.connector_trial (
  id uuid primary key default agora.new_id(),
  connector_id uuid not null references agora.connector on delete cascade,
  target text not null check (length(target) between 1 and 500),
  claims jsonb not null,
  state agora.trial_state not null default 'waiting',
  result jsonb,
  by uuid not null references agora.account,
  created_at timestamptz not null default now(),
  lease_until timestamptz
);
create index connector_trial_waiting on agora.connector_trial (created_at) where state = 'waiting';
create index connector_trial_connector on agora.connector_trial (connector_id, created_at desc);
comment on table agora.connector_trial is 'An admin''s trial of a connector: one look that counts for nobody.';
comment on column agora.connector_trial.id is 'Identity';
comment on column agora.connector_trial.connector_id is 'Connector';
comment on column agora.connector_trial.target is 'Number to look up';
comment on column agora.connector_trial.claims is 'Names to compare with';
comment on column agora.connector_trial.state is 'Whether it is done';
comment on column agora.connector_trial.result is 'What came of it: {result, status, problem}';
comment on column agora.connector_trial.by is 'Who tries';
comment on column agora.connector_trial.created_at is 'When';
comment on column agora.connector_trial.lease_until is 'Until when a worker has it in hand';

-- The hooks into a case: what these do is in functions/checks_case.sql.
create function agora.checks_on_evidence() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.checks_evidence_named(new);
  return null;
end $$;
comment on function agora.checks_on_evidence is 'Looks a new piece of evidence up, where it is of a kind that a connector knows.';
create trigger checks_on_evidence after insert on agora.evidence
  for each row execute function agora.checks_on_evidence();

create function agora.checks_on_case() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.checks_case_moved(new);
  return null;
end $$;
comment on function agora.checks_on_case is 'Attaches a member''s proofs to a case that begins, and looks up anew what a case that is sent states.';
create trigger checks_on_case_begun after insert on agora.vcase
  for each row execute function agora.checks_on_case();
create trigger checks_on_case_moved after update on agora.vcase
  for each row when (old.step is distinct from new.step) execute function agora.checks_on_case();

create function agora.checks_on_decision() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.checks_sources_fresh(new.case_id) from (select) one where new.outcome = 'approve';
  return new;
end $$;
comment on function agora.checks_on_decision is 'Refuses an approval that rests on a comparison with a record which is too old.';
create trigger checks_on_decision before insert on agora.decision
  for each row execute function agora.checks_on_decision();
