-- Groups: names among the aliases, and who is in them.

create type tmtp.member_state as enum ('invited', 'joined', 'barred');
comment on type tmtp.member_state is 'Invited, also after leaving: may join. Joined: gets what is posted, may invite and drop. Barred: dropped by another.';

create table tmtp.user_group (
    id bigint generated always as identity primary key,
    founder bigint not null references tmtp.account,
    created timestamptz not null default now()
);
comment on table tmtp.user_group is 'A group of users; its name, the gid, is in tmtp.alias.';
comment on column tmtp.user_group.id is 'Number used inside the database.';
comment on column tmtp.user_group.founder is 'Whose invitation made it.';
comment on column tmtp.user_group.created is 'When that was.';

-- One table of names, so that an alias and a gid can never be the same, and neither is used again.
alter table tmtp.alias
    alter column account drop not null,
    add column user_group bigint unique references tmtp.user_group,
    add unique (name, account),
    add check ((account is null) <> (user_group is null));
comment on table tmtp.alias is 'A name a user or a group goes by; unique, and never used again by another.';
comment on column tmtp.alias.name is 'The alias or gid; 8 octets or more, 80 characters or fewer.';
comment on column tmtp.alias.account is 'Whose it is; null for a group''s.';
comment on column tmtp.alias.user_group is 'The group whose gid it is; null for a user''s.';

create table tmtp.member (
    user_group bigint not null references tmtp.user_group,
    account bigint not null references tmtp.account,
    alias text not null,
    state tmtp.member_state not null,
    since timestamptz not null default now(),
    primary key (user_group, account),
    foreign key (alias, account) references tmtp.alias (name, account)
);
comment on table tmtp.member is 'Who is or was in a group, or is invited to it.';
comment on column tmtp.member.user_group is 'The group.';
comment on column tmtp.member.account is 'The user.';
comment on column tmtp.member.alias is 'The alias by which the group knows the user; one of their own.';
comment on column tmtp.member.state is 'What the user is to the group.';
comment on column tmtp.member.since is 'Since when.';

-- A group is never changed; to lock one needs the right.
grant select, insert, update on tmtp.user_group, tmtp.member to tmtpd_app;
