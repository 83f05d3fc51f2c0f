-- Many changes of contacts at once: as if one after the other, each told once, and again by the same key not at all.
begin;
set local search_path = public, pg_temp;
set local client_min_messages = warning;
truncate tmtp.account, tmtp.event, tmtp.idempotency cascade;
select no_plan();

create temp table who (name text, uid text) on commit drop;
insert into who select n, rpad(upper(n), 32, '1') from unnest('{bb,cc,dd,ff}'::text[]) n;
do $$ begin
    perform tmtp.register(uid, sha256(uid::bytea), 'laptop', null, null, null, null, null, false) from who;
    perform tmtp.admin_user_state(rpad('FF', 32, '1'), 'suspended');
    delete from tmtp.event;
end $$;
create function pg_temp.uids(names text[]) returns text[] language sql as $$
    select array_agg(coalesce(w.uid, t.name) order by t.n) from unnest(names) with ordinality t (name, n) left join who w on w.name = t.name
$$;
create function pg_temp.put(one text[], other text[], ref text[], until text[], first text[]) returns integer[] language sql as $$
    select array_agg(status order by n) from tmtp.contacts_put(pg_temp.uids(one), pg_temp.uids(other), ref, until, pg_temp.uids(first))
$$;
create function pg_temp.told() returns text[] language sql as $$
    select array_agg(type || ' ' || coalesce(detail ->> 'ref', '-') order by n) from tmtp.event
$$;
create function pg_temp.nothing(n integer) returns text[] language sql as $$ select array_fill(null::text, array[n]) $$;

-- grants
select is(pg_temp.put('{bb,cc,bb,bb,bb,zz}', '{cc,dd,bb,ff,zz,bb}', '{1,2,3,4,5,6}', pg_temp.nothing(6), pg_temp.nothing(6)),
    '{201,201,400,409,404,404}', 'each item has its outcome, whatever becomes of the others');
select is(pg_temp.told(), '{contact 1,contact 2}', 'what was granted is told in order');
select is(pg_temp.put('{cc,bb,dd}', '{bb,cc,bb}', '{7,8,9}', '{2999-01-01,null,null}', '{null,null,dd}'), '{200,200,201}',
    'a pair may be named again, the other way round');
select results_eq($$ select ref, until from tmtp.contact order by ref $$, $$ values ('2', null::timestamptz), ('8', null), ('9', null) $$,
    'and the last of its items holds');
select is(first, (select id from tmtp.account where uid = rpad('DD', 32, '1')), 'one may be the first') from tmtp.contact where ref = '9';
select is(pg_temp.put('{bb,bb,bb}', '{dd,dd,dd}', '{10,11,12}', '{2000-01-01,null,null}', '{null,bb,cc}'), '{200,201,400}',
    'a contact that an item has ended by its date is new for the next');
select is((pg_temp.told())[4:], '{contact_ended 10,contact 11}', 'its end is told before the new beginning');
select results_eq($$ select c.ref, a.uid from tmtp.contact c join tmtp.account a on a.id = c.first $$, format('values (%L, %L)', '11', rpad('BB', 32, '1')),
    'and the first is who the new one says');
select is(pg_temp.put('{}', '{}', '{}', '{}', '{}'), null, 'none is no change');

-- ends
do $$ begin
    delete from tmtp.event;
    perform tmtp.contacts_delete(pg_temp.uids('{dd,bb,bb,cc,zz}'), pg_temp.uids('{bb,dd,bb,bb,cc}'));
end $$;
select is(pg_temp.told(), '{contact_ended 11,contact_ended 8}', 'each that was there ends once, in order');
select results_eq($$ select ref from tmtp.contact $$, $$ values ('2') $$, 'the others stay');
do $$ begin perform tmtp.contacts_delete('{}', '{}'); end $$;

-- dates
select is(tmtp.contacts_lapse(10), null, 'no contact has an end: nothing to wait for');
select is(pg_temp.put('{bb,bb,cc}', '{cc,dd,dd}', '{x,y,z}', '{2000-01-02,2000-01-01,2999-01-01}', pg_temp.nothing(3)), '{201,201,200}', 'three have one');
do $$ begin delete from tmtp.event; end $$;
select is(tmtp.contacts_lapse(1), 0::bigint, 'at most so many at a time; more is to be done at once');
select is(pg_temp.told(), '{contact_ended y}', 'the oldest first');
select cmp_ok(tmtp.contacts_lapse(10), '>', 86400000000, 'then it says how long until the next');
select is(pg_temp.told(), '{contact_ended y,contact_ended x}', 'each is told once');
select ok(detail ? 'until', 'with its date') from tmtp.event;

-- batches
create function pg_temp.batch(key text, request text, ref text) returns table (status integer, body text) language sql as $$
    select * from tmtp.admin_contacts_batch(key, sha256(request::bytea), pg_temp.uids('{bb,bb}'), pg_temp.uids('{cc,zz}'), array[ref, ref], '{null,null}',
        '{null,null}', pg_temp.uids('{cc,cc}'), pg_temp.uids('{dd,dd}'))
$$;
do $$ begin delete from tmtp.event; end $$;
create temp table answer on commit drop as select * from pg_temp.batch('k', 'r', 'one');
select is(status, 200, 'a batch') from answer;
select is(body::jsonb, '{"put": [{"status": 201}, {"status": 404, "detail": "there is no such user"}], "delete": [{"status": 204}, {"status": 204}]}',
    'has an outcome for each item') from answer;
select is((select row(r.*)::text from pg_temp.batch('k', 'r', 'two') r), (select row(answer.*)::text from answer), 'the key again has the same answer');
select is(pg_temp.told(), '{contact one,contact_ended z}', 'and changes nothing more');
select is(status, 422, 'with another body it is refused') from pg_temp.batch('k', 's', 'three');
select is(status, 200, 'without a key it is done anew') from pg_temp.batch(null, 's', 'four');
select is((select ref from tmtp.contact where ref = 'four'), 'four', 'as it says');
update tmtp.idempotency set at = at - interval '25 hours';
select is(status, 200, 'after a day the key is free') from pg_temp.batch('k', 's', 'five');
insert into tmtp.idempotency (key, at, request, answer) select 'old ' || i, now() - interval '25 hours', sha256('x'), 'x' from generate_series(1, 30) i;
do $$ begin perform pg_temp.batch('l', 's', 'six'); end $$;
select is((select count(*) from tmtp.idempotency where key like 'old %'), 10::bigint, 'each key takes some that are too old along');
select throws_ok($$ insert into tmtp.idempotency (key, request, answer) values ('', sha256('x'), 'x') $$, '23514', null, 'a key has a character');

-- listing
select is(body::jsonb -> 'contacts' -> 0 ->> 'ref', 'six', 'whom one may write to')
from tmtp.admin_user_contacts(rpad('BB', 32, '1'), null, 10);
select is(body::jsonb ->> 'next', rpad('CC', 32, '1'), 'a full page says where to go on') from tmtp.admin_user_contacts(rpad('BB', 32, '1'), null, 1);
select is(body::jsonb, '{"contacts": []}', 'after the last there is none') from tmtp.admin_user_contacts(rpad('BB', 32, '1'), rpad('CC', 32, '1'), 1);
select is(status, 404, 'nobody has no list') from tmtp.admin_user_contacts(repeat('9', 32), null, 1);

select is((select array_agg(n order by n) from tmtp.event), (select array_agg(n) from generate_series((select min(n) from tmtp.event), (select max(n) from tmtp.event)) n),
    'events have no gap');
select * from finish();
rollback;
