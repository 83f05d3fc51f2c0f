-- How many different people a viewer is shown in a day: persons count, not requests.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{ann,bob}'::text[]) n;
update agora.policy set value = '30' where key = 'search.people_a_day';
update agora.policy set value = '20' where key in ('search.people_slow', 'search.people_a_day_network');
update agora.policy set value = '40' where key = 'search.people_pause_seconds';
create function pg_temp.some(first integer, last integer) returns text[] language sql as $$ select array_agg('member-' || n) from generate_series(first, last) n $$;
create function pg_temp.spend(name text, first integer, last integer) returns integer language sql as $$ select agora.search_spend(pg_temp.id(name), null, pg_temp.some(first, last)) $$;
create function pg_temp.later(seconds integer) returns void language sql as $$ update agora.search_seen set last_at = last_at - make_interval(secs => seconds) $$;
create function pg_temp.left_of_day() returns integer language sql as $$
  select ceil(extract(epoch from (((now() at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC') - now()))::integer
$$;

select is(pg_temp.spend('ann', 1, 20), 0, 'people are shown');
select is(pg_temp.spend('ann', 1, 20), 0, 'the same ones again');
select is((select cardinality(people) from agora.search_seen where viewer = pg_temp.id('ann')), 20, 'and count once');
select is(pg_temp.spend('ann', 11, 40), 0, 'those not seen yet count, up to the page in hand');
select is((select cardinality(people) from agora.search_seen where viewer = pg_temp.id('ann')), 40, 'each once');
select is(pg_temp.spend('ann', 41, 45), 40, 'then there is a pause before each page with somebody new');
select is(pg_temp.spend('ann', 1, 40), 0, 'but none before one without');
select is((select cardinality(people) from agora.search_seen where viewer = pg_temp.id('ann')), 40, 'whoever was refused does not count');
select pg_temp.later(39);
select is(pg_temp.spend('ann', 41, 45), 1, 'the pause has its length');
select pg_temp.later(1);
select is(pg_temp.spend('ann', 41, 45), 0, 'after it more are shown');
select pg_temp.later(40);
select is(pg_temp.spend('ann', 46, 51), pg_temp.left_of_day(), 'more than both numbers together are not shown until the day is over');
select is(pg_temp.spend('ann', 46, 50), 0, 'exactly as many are');
select pg_temp.later(40);
select is(pg_temp.spend('ann', 51, 51), pg_temp.left_of_day(), 'and then nobody new');
select is(pg_temp.spend('ann', 1, 50), 0, 'whoever was seen can be seen again');
select is(pg_temp.spend('bob', 51, 51), 0, 'another viewer has a count of their own');
update agora.search_seen set day = day - 1;
select is(pg_temp.spend('ann', 51, 51), 0, 'and each day too');
select agora.saved_prune();
select is((select count(*) from agora.search_seen), 1::bigint, 'yesterday''s are forgotten');

-- Without an account the network counts.
select is(agora.search_spend(null, '192.0.2.1', pg_temp.some(1, 20)), 0, 'who is not signed in is shown people too');
select is(agora.search_spend(null, '192.0.2.1', pg_temp.some(21, 21)) > 0, true, 'as many as their number says');
select is(agora.search_spend(null, '192.0.2.2', pg_temp.some(21, 21)), 0, 'for each address');
select is(agora.search_spend(null, '2001:db8:1:2::1', pg_temp.some(1, 20)), 0, 'of an IPv6 network');
select is(agora.search_spend(null, '2001:db8:1:2:ffff::9', pg_temp.some(21, 21)) > 0, true, 'all addresses count together');
select is_empty($$select from agora.search_seen s where s::text ~ '192\.0|2001:'$$, 'no address is kept');
select is(agora.search_spend(null, null, pg_temp.some(1, 99)), 0, 'a search of the system''s own is not counted');
update agora.policy set value = '0' where key = 'search.people_a_day';
select is(pg_temp.spend('bob', 1, 500), 0, 'no limit when the number is 0');

-- The page itself.
update agora.policy set value = '1' where key = 'search.people_a_day';
update agora.policy set value = '0' where key = 'search.people_slow';
delete from agora.search_seen;
select pg_temp.member(n, 1) from unnest('{cem,dia}'::text[]) n;
create function pg_temp.answer(name text, query text, most integer default 20) returns table (found text[], wait integer) language sql as $$
  select array(select i ->> 'handle' from jsonb_array_elements(a.page::jsonb -> 'items') i order by 1), a.wait
    from agora.search_answer(pg_temp.id(name), null, translate(query, '''', E'\001'), '{}', '{}', '{}', '{}', most, null, null, true) a
$$;
select is(found, '{cem-test}', 'a search shows a person') from pg_temp.answer('ann', '''cem''');
select is(found, '{cem-test}', 'and again') from pg_temp.answer('ann', '''cem''');
select is((found, wait)::text, format('({},%s)', pg_temp.left_of_day()), 'but no other one beyond the number') from pg_temp.answer('ann', '''dia''');
select is(found, '{}', 'a search that finds nobody is answered') from pg_temp.answer('ann', '''nobody''');

-- How many there are counts as one person, found or not, and neither waits for the pause nor begins it.
select is(wait, pg_temp.left_of_day(), 'nor is it told how many there are') from pg_temp.answer('ann', '''cem''', 0);
update agora.policy set value = '1' where key = 'search.people_slow';
select is(wait, 0, 'it is while there is room for a person') from pg_temp.answer('ann', '''cem''', 0);
select is(wait, 0, 'and again') from pg_temp.answer('ann', '''cem''', 0);
select is(wait, pg_temp.left_of_day(), 'once') from pg_temp.answer('ann', '''dia''', 0);
update agora.policy set value = '9' where key = 'search.people_slow';
select pg_temp.later(40);
select is(wait, 0, 'and without a pause before') from pg_temp.answer('ann', '''dia''', 0);
select is(found, '{dia-test}', 'it begins no pause before the next page') from pg_temp.answer('ann', '''dia''');
select is(wait > 0, true, 'a page does') from pg_temp.answer('ann', '''bob''');
select is(wait, 0, 'which does not hold for how many there are') from pg_temp.answer('ann', '''bob''', 0);

select * from finish();
rollback;
