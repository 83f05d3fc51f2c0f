-- Groups: who may do what in which state, what is told to whom, and that twice with the same ids is once.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event, tmtp.message cascade;
select no_plan();

create function pg_temp.uid(c text) returns text language sql as $$ select rpad(upper(c), 32, '1') $$;
create function pg_temp.id(c text) returns bigint language sql as $$ select id from tmtp.account where uid = pg_temp.uid(c) $$;
create function pg_temp.name(of bigint) returns text language sql as $$ select lower(left(uid, 2)) from tmtp.account where id = of $$;
create function pg_temp.first_node(c text) returns bigint language sql as $$ select min(id) from tmtp.node where account = pg_temp.id(c) $$;
do $$ begin
    perform tmtp.register(pg_temp.uid(c), sha256(c::bytea), 'laptop', 'alias of ' || c, null, null, null, null, false)
    from unnest('{bb,cc,dd,ff}'::text[]) c;
end $$;
insert into tmtp.alias (name, account) values ('another of cc', pg_temp.id('cc'));
insert into tmtp.node (account, label, secret) select pg_temp.id(c), 'phone', sha256(('2' || c)::bytea) from unnest('{bb,cc}'::text[]) c;

-- who asks, for which group, whom; the ids are n and n + 1. '' or the fault; 'refused'
create function pg_temp.invite(who text, gid text, whom text, n bigint, everybody boolean default true, most integer default 10) returns text
language sql as $$
    select coalesce(max(case when refused then 'refused' else fault end), '')
    from tmtp.group_invite(pg_temp.id(who), pg_temp.first_node(who), 'alias of ' || who, whom, gid, everybody, most, n, 'i', 'text', n + 1, 'm')
$$;
-- As the server does: the first time to learn the alias. The alias named, or the fault.
create function pg_temp.edit(who text, gid text, act text, new_alias text, target text, n bigint) returns text language plpgsql as $$
declare
    told record;
begin
    select * into told from tmtp.group_edit(pg_temp.id(who), gid, act, new_alias, target, null, 0, null);
    if told.fault is null and told.known_as is not null then
        perform from tmtp.group_edit(pg_temp.id(who), gid, act, new_alias, target, told.known_as, n, 'm');
    end if;
    return coalesce(told.fault, told.known_as);
end
$$;
create function pg_temp.state(who text, gid text) returns text language sql as $$
    select m.state || ' as ' || m.alias from tmtp.member m join tmtp.alias l on l.user_group = m.user_group
    where l.name = gid and m.account = pg_temp.id(who)
$$;
-- Who has a message in how many queues.
create function pg_temp.got(n bigint) returns text language sql as $$
    select string_agg(g.who || ' ' || g.nodes, ', ' order by g.who)
    from (select pg_temp.name(d.account) as who, count(*) as nodes from tmtp.queue q join tmtp.node d on d.id = q.node
        where q.message = n and q.rank = 1 group by 1) g
$$;

-- the first invitation
select is(pg_temp.invite('bb', 'the group', 'alias of cc', 10), '', 'an invitation makes the group');
select is(pg_temp.state('bb', 'the group'), 'joined as alias of bb', 'its founder has joined it by the alias they gave');
select is(pg_temp.state('cc', 'the group'), 'invited as alias of cc', 'the other is invited');
select is(pg_temp.got(10), 'bb 1, cc 2', 'the invitation goes to all nodes of the one, and the other nodes of the other');
select is(pg_temp.got(11), 'bb 2', 'the news to those who have joined');
select is(pg_temp.invite('bb', 'the group', 'alias of cc', 10), '', 'the same ids again');
select is((select count(*) from tmtp.user_group), 1::bigint, 'are one group');
select is((select count(*) from tmtp.queue where message in (10, 11)), 5::bigint, 'and messages once');
select is(pg_temp.invite('bb', 'the group', 'alias of cc', 12), '', 'one invited may be invited again');
select is(pg_temp.got(12), 'bb 1, cc 2', 'and is told again');
select is(pg_temp.invite('bb', 'the group', 'another of cc', 16), '', 'by another alias too');
select is(pg_temp.state('cc', 'the group'), 'invited as alias of cc', 'but the group knows them by the first');

-- names
select throws_ok($$ insert into tmtp.alias (name, account) values ('the group', pg_temp.id('bb')) $$, '23505', null, 'a gid is nobody''s alias');
select is(tmtp.alias_add(pg_temp.id('bb'), 'the group'), 'AddAlias: alias the group already taken', 'nor can become one');
select is(pg_temp.invite('bb', 'alias of dd', 'alias of cc', 14), 'gid alias of dd is taken, and you are not in that group', 'an alias is no gid');
select is(pg_temp.invite('dd', 'the group', 'alias of cc', 14), 'gid the group is taken, and you are not in that group', 'nor is the gid of others');
select is(tmtp.service_add(pg_temp.uid('gg'), sha256('gg'), 'the group'), null, 'a service cannot take a gid');
select throws_ok($$ insert into tmtp.alias (name) values ('of nobody') $$, '23514', null, 'a name is somebody''s');
select throws_ok($$ update tmtp.alias set user_group = (select id from tmtp.user_group) where name = 'alias of bb' $$, '23514', null, 'or a group''s, not both');
select throws_ok($$ insert into tmtp.member values ((select id from tmtp.user_group), pg_temp.id('dd'), 'alias of bb', 'joined') $$, '23503', null,
    'a member has an alias of their own');

-- joining
select is(pg_temp.edit('dd', 'the group', 'join', null, null, 20), 'not invited to the group', 'who is not invited does not join');
select is(pg_temp.edit('dd', 'no such group', 'join', null, null, 20), 'not invited to no such group', 'nor a group that is not there, in the same words');
select is(pg_temp.edit('cc', 'the group', 'join', 'alias of bb', null, 20), 'newalias must be an alias of yours', 'nor by another''s alias');
select is(pg_temp.edit('cc', 'the group', 'alias', 'another of cc', null, 20), 'not in the group', 'one invited has no alias to change');
select is(pg_temp.edit('cc', 'the group', 'drop', null, 'alias of bb', 20), 'not in the group', 'and drops nobody');
select is((select count(*) from tmtp.queue where message = 20), 0::bigint, 'of all that nobody is told');
select is(pg_temp.edit('cc', 'the group', 'join', null, null, 21), 'alias of cc', 'one invited joins by the alias of the invitation');
select is(pg_temp.got(21), 'bb 2, cc 2', 'and all are told, they too');
select is(pg_temp.edit('cc', 'the group', 'join', null, null, 21), 'alias of cc', 'the same id again');
select is(pg_temp.got(21), 'bb 2, cc 2', 'is told once');
select is(pg_temp.invite('bb', 'the group', 'another of cc', 22), 'another of cc is in the group already', 'who has joined is not invited, by whatever alias');
select is(pg_temp.invite('bb', 'the group', 'alias of bb', 22), 'you are the one who invites', 'nor oneself');
select is(pg_temp.invite('ff', 'a new group', 'alias of ff', 22), 'you are the one who invites', 'nor oneself to a new group');
select is((select count(*) from tmtp.user_group), 1::bigint, 'which is not made');

-- changing the alias
select is(pg_temp.edit('cc', 'the group', 'alias', 'another of cc', null, 30), 'alias of cc', 'the old alias is told');
select is(pg_temp.state('cc', 'the group'), 'joined as another of cc', 'the new one kept');
select is(pg_temp.got(30), 'bb 2, cc 2', 'and all are told');
select is((select known_as from tmtp.group_edit(pg_temp.id('cc'), 'the group', 'alias', 'alias of cc', null, 'alias of cc', 31, 'm')),
    'another of cc', 'when the message names an alias that is old by now, the right one is told and nothing done');
select is(pg_temp.got(31), null, 'indeed nothing');
select is((select string_agg(coalesce(fault, known_as), '') from tmtp.group_edit(pg_temp.id('cc'), 'the group', 'alias', 'another of cc', null, 'alias of cc', 30, 'm')),
    null, 'but a message that is stored is done, however the alias is now');
select is(pg_temp.edit('cc', 'the group', 'alias', 'alias of bb', null, 32), 'newalias must be an alias of yours', 'not to another''s');

-- leaving and dropping
select is(pg_temp.edit('bb', 'the group', 'drop', null, 'alias of cc', 40), 'alias of cc is not in the group', 'a member is known by the alias of the group alone');
select is(pg_temp.edit('cc', 'the group', 'drop', null, 'another of cc', 40), 'another of cc', 'one leaves');
select is(pg_temp.state('cc', 'the group'), 'invited as another of cc', 'and is invited again');
select is(pg_temp.got(40), 'bb 2, cc 2', 'the one who leaves is told too');
select is(pg_temp.edit('cc', 'the group', 'join', 'alias of cc', null, 41), 'alias of cc', 'joins again, by another alias');
select is(pg_temp.edit('dd', 'the group', 'drop', null, 'alias of cc', 42), 'not in the group', 'a stranger drops nobody');
select is(pg_temp.edit('bb', 'the group', 'drop', null, 'alias of cc', 42), 'alias of cc', 'a member does');
select is(pg_temp.state('cc', 'the group'), 'barred as alias of cc', 'who is barred');
select is(pg_temp.got(42), 'bb 2, cc 2', 'and told');
select is(pg_temp.edit('cc', 'the group', 'join', null, null, 43), 'not invited to the group', 'one barred does not join');
select is(pg_temp.edit('cc', 'the group', 'drop', null, 'alias of cc', 43), 'not in the group', 'nor leave, to be invited again');
select is(pg_temp.invite('cc', 'the group', 'alias of dd', 43), 'gid the group is taken, and you are not in that group', 'nor invite');
select is(pg_temp.invite('bb', 'the group', 'another of cc', 44), '', 'a member may invite them again');
select is(pg_temp.state('cc', 'the group'), 'invited as another of cc', 'by another alias too');
select is(pg_temp.edit('bb', 'the group', 'drop', null, 'another of cc', 46), 'another of cc', 'one invited may be dropped');
select is(pg_temp.state('cc', 'the group'), 'barred as another of cc', 'and is barred');

-- the policy
select is(pg_temp.invite('bb', 'the group', 'alias of dd', 50, false), 'refused', 'no contact: not to be reached');
select is(pg_temp.invite('bb', 'the group', 'nobody at all', 50, false), 'refused', 'nobody: the same');
select is(pg_temp.invite('bb', 'the group', 'nobody at all', 50), 'refused', 'when all may write to all too');
select is(pg_temp.invite('bb', 'the group', 'the group', 50), 'refused', 'a gid is nobody');
select is(pg_temp.invite('bb', 'not there yet', 'alias of dd', 50, false), 'refused', 'a new group is not made for it');
select is((select count(*) from tmtp.alias where name = 'not there yet'), 0::bigint, 'indeed not');
insert into tmtp.contact (a, b, first) select least(x, y), greatest(x, y), y from (select pg_temp.id('bb') as x, pg_temp.id('dd') as y) p;
select is(pg_temp.invite('bb', 'the group', 'alias of dd', 50, false), 'refused', 'not before the other has written');
update tmtp.contact set first = null;
select is(pg_temp.invite('bb', 'the group', 'alias of dd', 50, false), '', 'a contact may be invited');
update tmtp.contact set until = now() - interval '1 second';
select is(pg_temp.invite('bb', 'the group', 'alias of dd', 50, false), '', 'what is stored is done, although the contact is over since');
select is(pg_temp.invite('bb', 'the group', 'alias of dd', 52, false), 'refused', 'but the next is not');
select is((select coalesce(fault, '') from tmtp.group_invite(pg_temp.id('bb'), 0, 'alias of cc', 'alias of dd', 'the group', true, 9, 52, '', '', 53, '')),
    'from must identify sender', 'one invites by one''s own alias');
select is(pg_temp.invite('bb', 'the group', 'alias of ff', 54, true, 2), 'a group has at most 2 members', 'those invited count, those barred don''t');
select is(pg_temp.invite('bb', 'the group', 'alias of ff', 54, true, 3), '', 'one more fits');
select is(pg_temp.got(55), 'bb 2', 'none but those who have joined are told');

select * from finish();
rollback;
