-- Linking by a code: where the TMTP server tells nobody who has registered, a member pings the introducer
-- with a code from their page.

insert into agora.policy (key, value, meaning) values
  ('tmtp.code_minutes', '60', 'Minutes for which a code for the introducer can be used'),
  ('tmtp.codes_per_hour', '20', 'Codes that a member may ask for within an hour'),
  ('tmtp.free_pings', '5', 'Pings with a wrong code that one TMTP user may send before their next ones are ignored for a while'),
  ('tmtp.longest_wait', '3600', 'Seconds for which pings are ignored at most after one with a wrong code');

create table agora.tmtp_code (
  account_id uuid primary key references agora.account,
  code_hash bytea not null unique check (length(code_hash) = 32),
  expires_at timestamptz not null
);
create index tmtp_code_expires_at on agora.tmtp_code (expires_at);
comment on table agora.tmtp_code is 'The code with which a member pings the introducer to be linked; one at a time, gone once it was used.';
comment on column agora.tmtp_code.account_id is 'Whose';
comment on column agora.tmtp_code.code_hash is 'SHA-256 of the code';
comment on column agora.tmtp_code.expires_at is 'Until when it may be used';

comment on column agora.tmtp_account.account_id is 'Whose: the OpenID subject they registered with, or the one whose code they pinged';
comment on column agora.tmtp_account.alias is 'Name that contacts see; null until they have chosen one, and no introduction is carried out before';
comment on column agora.tmtp_account.linked_at is 'When they registered, or pinged';
comment on column agora.contact.confirmed is
  'Whether the TMTP server has acknowledged that they can; where it keeps no permissions, whether all has been done that can be';
comment on column agora.attempt.key is
  'What is counted: account:HASH, account:HASH@PLACE, address:PLACE, mail:HASH, tmtp-code:ACCOUNT, ping:HASH of a uid';

-- They take more than they did.
drop function if exists agora.tmtp_status(uuid, text);
drop function if exists agora.contact_gone(uuid);
