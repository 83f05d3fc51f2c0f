-- Contacts: granting and ending may be repeated; what a grant says holds from the first time on.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event cascade;
select no_plan();

create temp table who (name text, uid text) on commit drop;
insert into who select n, rpad(upper(n), 32, '1') from unnest('{bb,cc,dd}'::text[]) n;
do $$ begin
    perform tmtp.register(uid, sha256(uid::bytea), 'laptop', null, null, null, null, null, false) from who;
end $$;
create function pg_temp.uid(who text) returns text language sql as $$ select uid from who where name = $1 $$;
create function pg_temp.put(a text, b text, until text default null, first text default null, ref text default 'why')
returns integer language sql as $$
    select status from tmtp.admin_contacts_put(array[pg_temp.uid(a)], array[pg_temp.uid(b)], array[ref], array[until], array[pg_temp.uid(first)])
$$;
create function pg_temp.found(a text, b text) returns integer language sql as $$
    select status from tmtp.admin_contact_get(pg_temp.uid(a), pg_temp.uid(b))
$$;
create function pg_temp.events(type text) returns bigint language sql as $$
    select count(*) from tmtp.event e where e.type::text = $1
$$;

select is(pg_temp.found('bb', 'cc'), 404, 'at first nobody may write to anybody');
select is(pg_temp.put('bb', 'cc'), 201, 'a grant is new');
select is(pg_temp.put('cc', 'bb'), 200, 'and once only, whoever is named first');
select is(pg_temp.events('contact'), 1::bigint, 'it is one event');
select is(pg_temp.found('cc', 'bb'), 200, 'it is found both ways');
select is(pg_temp.put('bb', 'cc', until => '2999-01-01', ref => 'other'), 200, 'until and ref may change');
select results_eq($$ select ref, until from tmtp.contact $$, $$ values ('other', '2999-01-01Z'::timestamptz) $$, 'as said');

select is(pg_temp.put('bb', 'dd', first => 'bb'), 201, 'one may be the first');
select isnt((select first from tmtp.contact where ref = 'why'), null, 'which is kept');
update tmtp.contact set first = null;
select is(pg_temp.put('bb', 'dd', first => 'bb'), 200, 'a repeated grant');
select is((select first from tmtp.contact where ref = 'why'), null, 'does not make one wait again');
select is(pg_temp.put('bb', 'dd', first => 'cc'), 400, 'the first is one of the two');

select is(pg_temp.put('bb', 'dd', until => '2000-01-01'), 200, 'a grant may be given an end in the past');
select is(pg_temp.found('bb', 'dd'), 404, 'and is over');
select is(pg_temp.put('bb', 'dd'), 201, 'then a grant is new again');
select results_eq($$ select type::text, detail ? 'until' from tmtp.event order by n desc limit 2 $$, $$ values ('contact', false), ('contact_ended', true) $$,
    'whose beginning is told after the end of the one before');

select is(pg_temp.put('bb', 'bb'), 400, 'nobody is their own contact');
select is(status, 404, 'nor anybody''s who is not there') from tmtp.admin_contacts_put(array[pg_temp.uid('bb')], array[repeat('9', 32)], '{null}', '{null}', '{null}');
select is(status, 404, 'whoever is named first')
from tmtp.admin_contacts_put(array[repeat('9', 32)], array[pg_temp.uid('bb')], '{null}', '{null}', '{null}');
select is(pg_temp.put('bb', 'cc', until => t), 400, 'not a date: ' || t)
from unnest('{tomorrow,infinity,now,2027-13-01,2027-02-30,20270101,2027-1-1,"2027-01-01 25:00"}'::text[]) t;

select is(status, 200, 'a user is suspended') from tmtp.admin_user_state(pg_temp.uid('dd'), 'suspended');
select is(pg_temp.put('cc', 'dd'), 409, 'who gets no new contacts');
select is(pg_temp.put('bb', 'dd'), 409, 'nor old ones anew');

create function pg_temp.part(a text, b text) returns text language sql as $$
    select tmtp.contacts_delete(array[pg_temp.uid(a)], array[pg_temp.uid(b)])::text
$$;
create temp table told on commit drop as select pg_temp.events('contact_ended') as n;
select lives_ok($$ select pg_temp.part('cc', 'bb') $$, 'a contact ends');
select lives_ok($$ select pg_temp.part('cc', 'bb') $$, 'and may end again');
select is(pg_temp.events('contact_ended'), (select n + 1 from told), 'which is one event');
select is(pg_temp.found('bb', 'cc'), 404, 'it is gone');

select throws_ok($$ insert into tmtp.contact (a, b) values (2, 1) $$, '23514', null, 'a pair is written one way only');
select is((select array_agg(n order by n) from tmtp.event), (select array_agg(n) from generate_series(1, (select count(*) from tmtp.event)) n),
    'events have no gap');

select * from finish();
rollback;
