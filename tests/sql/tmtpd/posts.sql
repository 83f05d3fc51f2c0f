-- The statement of posts: recipients of each type, requests of two messages, and who may write to whom.
\set post `cat sql/tmtpd/queries/post.sql`
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event, tmtp.message cascade;
select no_plan();

prepare post as :post;
create function pg_temp.uid(c text) returns text language sql as $$ select rpad(upper(c), 32, '1') $$;
create function pg_temp.id(c text) returns bigint language sql as $$ select id from tmtp.account where uid = pg_temp.uid(c) $$;
do $$ begin
    perform tmtp.register(pg_temp.uid(c), sha256(c::bytea), 'laptop', 'alias of ' || c, null, null, null, null, false)
    from unnest('{bb,cc,dd,ff}'::text[]) c;
end $$;
insert into tmtp.node (account, label, secret) values (pg_temp.id('bb'), 'phone', sha256('2'));
insert into tmtp.user_group (founder) values (pg_temp.id('bb'));
insert into tmtp.alias (name, user_group) select 'the group', id from tmtp.user_group;
insert into tmtp.member (user_group, account, alias, state)
select g.id, pg_temp.id(m.c), 'alias of ' || m.c, m.state::tmtp.member_state
from tmtp.user_group g, (values ('bb', 'joined'), ('cc', 'joined'), ('dd', 'invited'), ('ff', 'barred')) m (c, state);

-- One message of each given sender to each one's recipients, "kind name" (0 alias, 1 uid, 2 and 3
-- groups); a sender begun by + is a second message of the request before, by - one that does not go
-- to the sender's other nodes.
create function pg_temp.post(first bigint, everybody boolean, senders text[], recipients text[])
returns table (n bigint, refused bigint, forged boolean, node bigint, filled bigint) language plpgsql as $$
begin
    return query execute format('execute post (%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, 100, 100000)',
        (select array_agg(first + m.n - 1 order by m.n) from unnest(senders) with ordinality m (s, n)),
        (select array_agg(pg_temp.id(right(s, 2)) order by m.n) from unnest(senders) with ordinality m (s, n)),
        (select array_agg((select min(d.id) from tmtp.node d where d.account = pg_temp.id(right(s, 2))) order by m.n) from unnest(senders) with ordinality m (s, n)),
        (select array_agg(null::text) from unnest(senders)),
        (select array_agg('h'::bytea) from unnest(senders)),
        (select array_agg('data'::bytea) from unnest(senders)),
        (select array_agg(4::bigint) from unnest(senders)),
        (select array_agg(0::bigint) from unnest(senders)),
        (select array_agg(r order by m.n) from (
            select s.n, count(*) filter (where s.s not like '+%') over (order by s.n) as r from unnest(senders) with ordinality s (s, n)) m),
        (select array_agg(s not like '-%' order by m.n) from unnest(senders) with ordinality m (s, n)),
        (select coalesce(array_agg(split_part(r, ' ', 1)::bigint order by o), '{}') from unnest(recipients) with ordinality t (r, o)),
        (select coalesce(array_agg(substr(r, 5) order by o), '{}') from unnest(recipients) with ordinality t (r, o)),
        (select coalesce(array_agg(split_part(r, ' ', 2)::bigint order by o), '{}') from unnest(recipients) with ordinality t (r, o)),
        everybody);
end
$$;
create function pg_temp.got(n bigint) returns text language sql as $$
    select string_agg(g.who || ' ' || g.nodes, ', ' order by g.who)
    from (select lower(left(a.uid, 2)) as who, count(*) as nodes from tmtp.queue q join tmtp.node d on d.id = q.node
        join tmtp.account a on a.id = d.account where q.message = n group by 1) g
$$;
create function pg_temp.refused(first bigint, everybody boolean, senders text[], recipients text[]) returns text language sql as $$
    select coalesce(string_agg(distinct refused::text, ',' order by refused::text), '') from pg_temp.post(first, everybody, senders, recipients)
$$;

-- groups
select is(pg_temp.refused(10, false, '{bb}', '{1 2 the group}'), '', 'a member posts to the group without a contact');
select is(pg_temp.got(10), 'bb 2, cc 1', 'to all who have joined, and every node of the sender');
select is(pg_temp.refused(11, false, '{bb}', '{1 3 the group}'), '', 'or without the sender');
select is(pg_temp.got(11), 'bb 1, cc 1', 'whose other nodes have a copy');
select is(pg_temp.refused(12, false, '{cc}', '{1 2 the group}'), '', 'any member may');
select is(pg_temp.got(12), 'bb 2, cc 1', 'with the same outcome');
select is(pg_temp.refused(13, true, '{dd}', '{1 2 the group}'), '1', 'one invited may not, though all may write to all');
select is(pg_temp.refused(13, true, '{ff}', '{1 3 the group}'), '1', 'nor one barred');
select is(pg_temp.refused(13, true, '{bb}', '{1 2 no such group}'), '1', 'nor anybody to no group');
select is(pg_temp.refused(13, true, '{bb}', '{1 2 alias of cc}'), '1', 'an alias is no group');
select is(pg_temp.refused(13, true, '{bb}', '{1 0 the group}'), '1', 'and a group no alias');
select is(pg_temp.refused(13, true, '{bb}', '{1 1 the group}'), '1', 'nor a uid');
select is(pg_temp.got(13), null, 'none of them is queued');
select is(pg_temp.refused(40, false, '{cc}', ('{1 1 ' || (select uid from tmtp.account where id = pg_temp.id('bb')) || ',1 3 the group}')::text[]), '',
    'beside the group one may name who has joined it');
select is(pg_temp.got(40), 'bb 2', 'who gets it once');
select is(pg_temp.refused(41, false, '{cc}', ('{1 1 ' || (select uid from tmtp.account where id = pg_temp.id('dd')) || ',1 3 the group}')::text[]), '1',
    'but not who is only invited');
select is(pg_temp.refused(14, true, '{bb,cc}', '{1 2 the group,2 2 the group,2 2 no such group}'), '3', 'places are counted over all requests');
select is(pg_temp.got(14) || ' and ' || coalesce(pg_temp.got(15), 'nobody'), 'bb 2, cc 1 and nobody', 'one refused does not keep another');
select is(pg_temp.refused(16, true, '{bb}', array['1 2 the group', '1 1 ' || pg_temp.uid('cc'), '1 3 the group', '1 1 ' || pg_temp.uid('dd')]), '', 'recipients may come twice');
select is(pg_temp.got(16), 'bb 2, cc 1, dd 1', 'and get it once');

-- two messages of one request
select is(pg_temp.refused(20, true, '{-bb,+bb}', array['1 1 ' || pg_temp.uid('cc'), '2 1 ' || pg_temp.uid('cc'), '2 1 ' || pg_temp.uid('dd')]), '', 'a message and its notification');
select is(pg_temp.got(20), 'cc 1', 'the message to its own recipients');
select is(pg_temp.got(21), 'bb 1, cc 1, dd 1', 'the notification to its, and the sender''s other nodes');
select is(pg_temp.refused(22, true, '{bb,+bb}', array['1 1 ' || pg_temp.uid('cc'), '2 1 ' || pg_temp.uid('cc'), '2 1 ' || pg_temp.uid('zz')]), '3', 'a recipient of the one that is refused');
select is(coalesce(pg_temp.got(22), '') || coalesce(pg_temp.got(23), ''), '', 'refuses both');

-- the policy
select is(pg_temp.refused(30, false, '{bb}', array['1 1 ' || pg_temp.uid('cc')]), '1', 'members of a group are no contacts for it');
select is(pg_temp.refused(30, false, '{bb}', array['1 1 ' || pg_temp.uid('bb')]), '', 'oneself');
insert into tmtp.contact (a, b, first) select least(x, y), greatest(x, y), x from (select pg_temp.id('bb') as x, pg_temp.id('cc') as y) p;
select is(pg_temp.refused(31, false, '{cc}', array['1 1 ' || pg_temp.uid('bb')]), '1', 'one waits for the first');
select is(pg_temp.refused(31, false, '{bb}', '{1 2 the group}'), '', 'a post to a group');
select is((select first from tmtp.contact), pg_temp.id('bb'), 'is not the first message');
select is(pg_temp.refused(32, false, '{bb}', array['1 0 alias of cc']), '', 'nor is a ping');
select is((select first from tmtp.contact), pg_temp.id('bb'), 'indeed');
select is(pg_temp.refused(33, false, '{bb,+bb}', array['2 1 ' || pg_temp.uid('cc')]), '', 'a notification');
select is((select first from tmtp.contact), null, 'is');
select is(pg_temp.refused(35, false, '{cc}', array['1 1 ' || pg_temp.uid('bb')]), '', 'and then the other may write');
update tmtp.contact set until = now() - interval '1 second';
select is(pg_temp.refused(36, false, '{cc}', array['1 1 ' || pg_temp.uid('bb')]), '1', 'until the contact is over');
select is(pg_temp.refused(35, false, '{cc}', array['1 1 ' || pg_temp.uid('bb')]), '', 'what was stored before is not refused after');
select is((select count(*) from tmtp.queue where message = 35), 2::bigint, 'nor stored twice');

select * from finish();
rollback;
