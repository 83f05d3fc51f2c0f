-- The statements of presence: who may be told, at each of the four moments.
\set ohi_edit `cat sql/tmtpd/queries/ohi_edit.sql`
\set leave `cat sql/tmtpd/queries/presence_leave.sql`
\set parted `cat sql/tmtpd/queries/presence_parted.sql`
\set login `cat sql/tmtpd/queries/login.sql`
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event, tmtp.message cascade;
select no_plan();

prepare ohi_edit as :ohi_edit;
prepare leave as :leave;
prepare parted as :parted;
prepare login as :login;
create function pg_temp.uid(c text) returns text language sql as $$ select rpad(upper(c), 32, '1') $$;
create function pg_temp.id(c text) returns bigint language sql as $$ select id from tmtp.account where uid = pg_temp.uid(c) $$;
do $$ begin
    perform tmtp.register(pg_temp.uid(c), sha256(c::bytea), 'laptop', null, null, null, null, null, false)
    from unnest('{bb,cc,dd,ff}'::text[]) c;
end $$;
insert into tmtp.node (account, label, secret) values (pg_temp.id('cc'), 'phone', sha256('2'));
insert into tmtp.contact (a, b) select least(x, y), greatest(x, y) from (select pg_temp.id('bb') as x, pg_temp.id('cc') as y) p;

create function pg_temp.run(statement text, variadic params text[]) returns setof record language plpgsql as $$
begin
    return query execute format('execute %I (%s)', statement, (select string_agg(quote_nullable(p), ', ' order by n) from unnest(params) with ordinality x (p, n)));
end
$$;

-- bb names some: "refused; place of each node told, …; own nodes with the message"
create function pg_temp.edit(named text[], dropping boolean, init boolean, everybody boolean, message bigint) returns text language sql as $$
    select concat_ws('; ', coalesce(min(refused)::text, '-'), coalesce(string_agg(place::text, ' ' order by place), '-'), count(own))
    from pg_temp.run('ohi_edit', pg_temp.id('bb')::text, (select array_agg(pg_temp.uid(n)) from unnest(named) n)::text,
        dropping::text, init::text, everybody::text, message::text, 'h') as said (refused bigint, place bigint, node bigint, own bigint)
$$;
select is(pg_temp.edit('{cc}', false, false, false, 10), '-; 1 1; 1', 'a contact is told, on each node');
select is((select count(*) from tmtp.queue where message = 10 and rank = 1), 1::bigint, 'and the own nodes know');
select is(pg_temp.edit('{cc,dd}', false, false, false, 11), '2; -; 0', 'a stranger among them: nobody is told');
select is(pg_temp.edit('{cc,zz}', false, false, false, 11), '2; -; 0', 'nobody at all: the same');
select is((select count(*) from tmtp.message where id = 11), 0::bigint, 'and nothing queued');
select is(pg_temp.edit('{dd,cc}', false, true, false, 0), '1; 2 2; 0', 'by init the others are told all the same');
select is(pg_temp.edit('{dd,cc,zz}', true, false, false, 12), '-; 2 2; 1', 'anybody may be dropped, but only who may know is told');
select is(pg_temp.edit('{dd,cc,bb}', false, false, true, 13), '-; 1 2 2 3; 1', 'when all may write to all, all are told');
select is(pg_temp.edit('{zz}', false, false, true, 14), '1; -; 0', 'but nobody is nobody');
update tmtp.contact set until = now() - interval '1 second';
select is(pg_temp.edit('{cc}', false, false, false, 15), '1; -; 0', 'a contact that is over is none');
select is(pg_temp.edit('{cc}', false, false, false, 10), '-; -; 1', 'what was queued before is not refused after, and still nobody learns of it');
update tmtp.contact set until = null, first = pg_temp.id('cc');
select is(pg_temp.edit('{cc}', false, false, false, 15), '1; -; 0', 'nor one in which the other must be first');
update tmtp.contact set first = null;

-- login
create function pg_temp.login(c text, everybody boolean) returns text language sql as $$
    select count(*) || ' ' || coalesce(string_agg(lower(left(a.uid, 2)), ' ' order by a.id), '')
    from pg_temp.run('login', pg_temp.uid(c), sha256(c::bytea)::text, array[pg_temp.id('ff'), pg_temp.id('cc'), pg_temp.id('dd')]::text,
        everybody::text) as said (account bigint, node bigint, teller bigint)
    left join tmtp.account a on a.id = said.teller
$$;
select is(pg_temp.login('bb', false), '1 cc', 'one who logs in is told of contacts');
select is(pg_temp.login('bb', true), '3 cc dd ff', 'or of all');
select is(pg_temp.login('dd', false), '1 dd', 'else of oneself at most');
update tmtp.account set state = 'suspended' where uid = pg_temp.uid('dd');
select is(pg_temp.login('dd', true), '0 ', 'who is suspended does not log in');

-- leaving
create function pg_temp.leave(everybody boolean) returns text language sql as $$
    select string_agg(place::text, ' ' order by place)
    from pg_temp.run('leave', array[pg_temp.id('bb'), pg_temp.id('bb'), pg_temp.id('cc')]::text,
        array[pg_temp.id('dd'), pg_temp.id('cc'), pg_temp.id('bb')]::text, everybody::text) as said (place bigint, node bigint)
$$;
select is(pg_temp.leave(false), '2 2 3', 'who leaves is off for contacts');
select is(pg_temp.leave(true), '1 2 2 3', 'or for all');

-- contacts that end
create function pg_temp.parted(after bigint, everybody boolean default false) returns text language sql as $$
    select max(last) - (select max(n) from tmtp.event) || ' '
        || coalesce(string_agg(lower(left(sender, 2) || left(target, 2)), ' ' order by sender, target, node), '')
    from pg_temp.run('parted', after::text, everybody::text) as said (last bigint, sender text, target text, node bigint)
$$;
select is(pg_temp.parted(0), '0 ', 'none has ended');
select tmtp.contacts_delete(array[pg_temp.uid('cc')], array[pg_temp.uid('bb')]);
select is(pg_temp.parted(0), '0 bbcc bbcc ccbb', 'both are off for each other, on each node');
select is(pg_temp.parted((select max(n) from tmtp.event)), '0 ', 'which is told once');
select is(pg_temp.parted(9223372036854775807), '0 ', 'and not at the first look');
select is(pg_temp.parted(0, true), '0 ', 'nor when all may be told');
select tmtp.admin_contacts_put(array[pg_temp.uid('cc')], array[pg_temp.uid('bb')], '{null}', '{null}', '{null}');
select is(pg_temp.parted(0), '0 ', 'nor after another grant');

select * from finish();
rollback;
