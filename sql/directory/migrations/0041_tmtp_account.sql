-- Who a member is on the TMTP server, and how far we have read what happened there.

create table agora.tmtp_account (
  account_id uuid primary key references agora.account,
  uid text not null unique check (uid ~ '^[%+1-9BCDFGHJKLMNPQRSTVWXYZ]{32}$'),
  alias text check (length(alias) between 1 and 80),
  linked_at timestamptz not null default now()
);
comment on table agora.tmtp_account is
  'A member''s account on the TMTP server. The uid is a secret (it is the right to write): it leaves this table only towards that server''s admin interface and the introducer.';
comment on column agora.tmtp_account.account_id is 'Whose; the OpenID subject they registered with';
comment on column agora.tmtp_account.uid is 'Name in the protocol; secret';
comment on column agora.tmtp_account.alias is 'Name that contacts see; null until they have chosen one, and no introduction is carried out before';
comment on column agora.tmtp_account.linked_at is 'When they registered';

create table agora.tmtp_cursor (
  single boolean primary key default true check (single),
  n bigint not null
);
insert into agora.tmtp_cursor (n) values (0);
comment on table agora.tmtp_cursor is 'The last event of the TMTP server that was taken; one row.';
comment on column agora.tmtp_cursor.single is 'Keeps it one row';
comment on column agora.tmtp_cursor.n is 'Number of the event';
