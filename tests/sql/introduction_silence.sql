-- To the asker, a request that was declined, or cut off by a block, is the same as one that is open: octet
-- by octet, in every answer, until it would have expired.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia}'::text[]) n;

-- All that ann can be told of a request to a member, without what names the member or the request.
create function pg_temp.seen_by_ann(member text, given jsonb) returns text language sql as $$
  select replace(replace(replace(replace(concat_ws(E'\n',
      agora.introduction_get(pg_temp.id('ann'), (given ->> 'id')::uuid),
      (select jsonb_agg(i) from jsonb_array_elements(agora.introduction_list(pg_temp.id('ann'), 'sent', 100, null)::jsonb -> 'items') i
        where i ->> 'id' = given ->> 'id'),
      (select jsonb_agg(i) from jsonb_array_elements(agora.introduction_list(pg_temp.id('ann'), 'past', 100, null)::jsonb -> 'items') i
        where i ->> 'id' = given ->> 'id'),
      agora.introduction_list(pg_temp.id('ann'), 'sent', 100, null)::jsonb -> 'counts',
      agora.relation(pg_temp.id('ann'), pg_temp.id(member)),
      agora.introduction_quota_json(pg_temp.id('ann'))),
    (select handle from who where name = member), 'HANDLE'), initcap(member), 'Name'), given ->> 'id', 'ID'), member, 'name')
$$;

select pg_temp.ask('ann', 'bob') as open \gset
select pg_temp.ask('ann', 'cem') as declined \gset
select pg_temp.ask('ann', 'dia') as blocked \gset
select pg_temp.seen_by_ann('bob', :'open') as before \gset
select pg_temp.told();
select is(pg_temp.act('decline', 'cem', :'declined') ->> 'state', 'declined', 'who declines sees that they did');
select is(pg_temp.told(), '{cem}', 'and is the only one told');
select agora.block_add(pg_temp.id('dia'), (select handle from who where name = 'ann'));
select is(pg_temp.told(), '{dia}', 'a block is told to nobody else');
select is(pg_temp.state(:'open') || ' ' || pg_temp.state(:'declined') || ' ' || pg_temp.state(:'blocked'), 'offered declined cancelled',
          'three requests that stand differently');
select is(pg_temp.seen_by_ann('bob', :'open'), :'before', 'what others do changes nothing about an open one');
select is(pg_temp.seen_by_ann('cem', :'declined'), :'before', 'a declined request looks as an open one');
select is(pg_temp.seen_by_ann('dia', :'blocked'), :'before', 'and so does one cut off by a block');
select ok(:'before' ~ '"state": "sent"' and :'before' ~ '"open": 3', 'they look sent, and take up the quota');
select throws_ok(format('select pg_temp.ask(%L, %L)', 'ann', m), 'AG003', 'You have asked this member already. Wait for the answer.',
                 'asking ' || m || ' again is refused in the same words') from unnest('{bob,cem,dia}'::text[]) m;
select ok(not exists (select from agora.audit_event where action like 'introduction.%' and actor = pg_temp.id('ann') and action <> 'introduction.ask'),
          'nothing is recorded in the asker''s name');

-- withdrawing works alike on all three
savepoint here;
select pg_temp.told();
select is(pg_temp.act('withdraw', 'ann', r) - '{id,other}'::text[], pg_temp.act('see', 'ann', :'open') - '{id,other}'::text[], 'withdrawn ' || n || ' looks as the open one')
  from (values (1, 'the open one', :'open'::jsonb), (2, 'the declined one', :'declined'), (3, 'the blocked one', :'blocked')) v (k, n, r) order by k;
select is(pg_temp.told(), '{ann,bob}', 'only the member who had it open hears of it');
select is(pg_temp.see('cem', :'declined'), 'declined', 'who declined still sees that they did');
rollback to here;

-- expiry: the same moment, the same answer, the same notice
select is(agora.introductions_lapse(100), 0::bigint, 'nothing expires early');
select pg_temp.later(r, '21 days') from unnest(array[:'open', :'declined', :'blocked']::jsonb[]) r;
select pg_temp.seen_by_ann('bob', :'open') as after \gset
select is(pg_temp.seen_by_ann('cem', :'declined'), :'after', 'at the expiry a declined one looks as one that was not answered');
select is(pg_temp.seen_by_ann('dia', :'blocked'), :'after', 'and one that was cut off too');
select ok(:'after' ~ '"state": "not_ahead"', 'they did not go ahead');
select pg_temp.told();
select is(agora.introductions_lapse(100), 3::bigint, 'the timer acts on all three');
select is((select count(*) from agora.event e where e.account_id = pg_temp.id('ann') and e.id > (select event from told)), 3::bigint,
          'and tells the asker of each');
select pg_temp.seen_by_ann('bob', :'open') as after \gset
select is(pg_temp.seen_by_ann('cem', :'declined'), :'after', 'afterwards they look the same still');
select is((select tokens from agora.introduction_quota where person_id = agora.person_of(pg_temp.id('ann'))), 8::numeric,
          'the token of the declined one comes back now, and not before');

select * from finish();
rollback;
