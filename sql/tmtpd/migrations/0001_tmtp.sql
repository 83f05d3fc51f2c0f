-- What a TMTP server keeps: who may log in, who may write to whom, and every message until each
-- node that it is for has acknowledged it. Schema tmtp exists already; the role tmtpd_app too.

create type tmtp.account_state as enum ('active', 'suspended');
comment on type tmtp.account_state is 'A suspended user cannot log in; their queue is kept.';

create type tmtp.event_type as enum
    ('registered', 'alias', 'node', 'suspended', 'resumed', 'contact', 'contact_ended');
comment on type tmtp.event_type is 'What the admin interface tells of (docs/tmtp-admin.md, events).';

create table tmtp.account (
    id bigint generated always as identity primary key,
    uid text not null unique check (uid ~ '^[%+1-9BCDFGHJKLMNPQRSTVWXYZ]{32}$'),
    state tmtp.account_state not null default 'active',
    service boolean not null default false,
    issuer text,
    subject text,
    audience text,
    issued_at timestamptz,
    created timestamptz not null default now(),
    unique (issuer, subject),
    check ((issuer is null) = (subject is null)),
    check (issuer is not null or (audience is null and issued_at is null))
);
comment on table tmtp.account is 'A TMTP user.';
comment on column tmtp.account.id is 'Number used inside the database and the log.';
comment on column tmtp.account.uid is 'The name in the protocol. Knowing it is the right to write, so it is never published.';
comment on column tmtp.account.state is 'Whether the user may log in.';
comment on column tmtp.account.service is 'An account of the organisation itself, which all may write to and which may write to all.';
comment on column tmtp.account.issuer is 'Claim iss of the id_token that the user registered with.';
comment on column tmtp.account.subject is 'Claim sub of it; a subject has one account.';
comment on column tmtp.account.audience is 'Claim aud of it.';
comment on column tmtp.account.issued_at is 'Claim iat of it.';
comment on column tmtp.account.created is 'When the user registered.';

create table tmtp.alias (
    name text primary key check (octet_length(name) >= 8 and char_length(name) <= 80),
    account bigint not null references tmtp.account,
    created timestamptz not null default now()
);
create index alias_account on tmtp.alias (account);
comment on table tmtp.alias is 'A name a user goes by; unique, and never used again by another.';
comment on column tmtp.alias.name is 'The alias; 8 octets or more, 80 characters or fewer.';
comment on column tmtp.alias.account is 'Whose it is.';
comment on column tmtp.alias.created is 'When it was added.';

create table tmtp.node (
    id bigint generated always as identity primary key,
    account bigint not null references tmtp.account,
    label text not null,
    secret bytea not null unique check (octet_length(secret) = 32),
    online boolean not null default false,
    created timestamptz not null default now(),
    seen timestamptz
);
create index node_account on tmtp.node (account);
comment on table tmtp.node is 'A device of a user, with a queue of its own.';
comment on column tmtp.node.id is 'Number used inside the database and the log.';
comment on column tmtp.node.account is 'Whose device it is.';
comment on column tmtp.node.label is 'What the user calls it.';
comment on column tmtp.node.secret is 'Iterated SHA-256 of its password.';
comment on column tmtp.node.online is 'Whether it is logged in; all are set to false when the server starts.';
comment on column tmtp.node.created is 'When it was added.';
comment on column tmtp.node.seen is 'When it last logged in or left.';

create table tmtp.contact (
    a bigint not null references tmtp.account,
    b bigint not null references tmtp.account,
    ref text,
    until timestamptz,
    first bigint,
    created timestamptz not null default now(),
    primary key (a, b),
    check (a < b),
    check (first in (a, b))
);
create index contact_b on tmtp.contact (b);
comment on table tmtp.contact is 'Permission for two users to write to each other.';
comment on column tmtp.contact.a is 'The one with the lower number.';
comment on column tmtp.contact.b is 'The other.';
comment on column tmtp.contact.ref is 'What it was granted for, in the words of who granted it.';
comment on column tmtp.contact.until is 'When it ends by itself; null for never.';
comment on column tmtp.contact.first is 'The only one who may write, until they have; then null.';
comment on column tmtp.contact.created is 'When it was granted.';

create table tmtp.message (
    id bigint primary key check (id > 0),
    header bytea not null,
    data bytea not null,
    data_len bigint not null,
    upload bigint unique,
    check (data_len >= octet_length(data)),
    check (upload is not null or data_len = octet_length(data))
);
alter table tmtp.message alter column data set storage external;
comment on table tmtp.message is 'A message that is in a queue; it goes with the last of them.';
comment on column tmtp.message.id is 'Its id in the protocol; rises for the life of the server.';
comment on column tmtp.message.header is 'Its frame without the data: four digits and JSON, headsum included.';
comment on column tmtp.message.data is 'The data, or the first piece of a long one.';
comment on column tmtp.message.data_len is 'Octets of data, all pieces together.';
comment on column tmtp.message.upload is 'Where the other pieces are; null when there are none.';

create table tmtp.part (
    upload bigint not null,
    n integer not null check (n >= 0),
    data bytea not null,
    primary key (upload, n)
);
alter table tmtp.part alter column data set storage external;
comment on table tmtp.part is 'Pieces of long messages, stored as they arrive so that no link holds a whole one in memory.';
comment on column tmtp.part.upload is 'The message they belong to (message.upload); without one, it is still coming or was given up.';
comment on column tmtp.part.n is 'Order of the pieces, from 0.';
comment on column tmtp.part.data is 'The octets.';

create table tmtp.queue (
    node bigint not null references tmtp.node on delete cascade,
    rank smallint not null check (rank in (0, 1)),
    message bigint not null references tmtp.message,
    primary key (node, rank, message)
);
create index queue_message on tmtp.queue (message);
comment on table tmtp.queue is 'What a node has still to acknowledge.';
comment on column tmtp.queue.node is 'Whose queue.';
comment on column tmtp.queue.rank is '0 for "user" messages, which go before the rest; 1 for these.';
comment on column tmtp.queue.message is 'The message; within a rank the oldest id goes first.';

create table tmtp.event (
    n bigint primary key check (n > 0),
    at timestamptz not null default now(),
    type tmtp.event_type not null,
    detail jsonb not null
);
comment on table tmtp.event is 'What the admin interface tells, in order and without gaps; never changed.';
comment on column tmtp.event.n is 'Number, one more than the one before.';
comment on column tmtp.event.at is 'When.';
comment on column tmtp.event.type is 'What.';
comment on column tmtp.event.detail is 'Its further members in the answer.';

create sequence tmtp.id_block as bigint maxvalue 8388607;
comment on sequence tmtp.id_block is 'Blocks of 2^40 message ids; each connection of the server takes one, so no id comes twice.';

grant usage on schema tmtp to tmtpd_app;
grant select on tmtp.migration to tmtpd_app;
grant select, insert, update on tmtp.account, tmtp.node to tmtpd_app;
grant select, insert on tmtp.alias, tmtp.event to tmtpd_app;
grant select, insert, update, delete on tmtp.contact to tmtpd_app;
grant select, insert, delete on tmtp.message, tmtp.part, tmtp.queue to tmtpd_app;
grant usage on sequence tmtp.id_block to tmtpd_app;
