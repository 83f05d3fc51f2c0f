-- Saved searches as their member handles them: limits, names, what is new, and whose they are.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{ann,bob,cem}'::text[]) n;
create function pg_temp.save(owner text, name text, every text default null) returns jsonb language sql as $$
  select agora.saved_add(pg_temp.id(owner), name, 'x', '{}', '{}', null, null, null, every, null, E'\001toolmaker\001')::jsonb
$$;
create function pg_temp.listed(owner text, problem text default '') returns jsonb language sql as $$
  select agora.saved_list(pg_temp.id(owner), array_agg(s.id), array_agg(case when problem = '' then E'\001toolmaker\001' else '' end), array_agg(problem))::jsonb
    from agora.saved_search s where s.account_id = pg_temp.id(owner)
$$;

create temp table one as select pg_temp.save('ann', 'First') as s;
select is(s - 'id' - 'created_at' - 'next_at', '{"name": "First", "q": "x", "topics": [], "countries": [], "every": "weekly", "by_mail": true, "paused": false, "new": 0}',
          'a search is saved, weekly unless said otherwise') from one;
select throws_ok($$select pg_temp.save('ann', 'First')$$, 'AG004', 'You have a saved search of this name. Choose another one.', 'two of one name are refused');
select lives_ok($$select pg_temp.save('bob', 'First')$$, 'but not of two members');
select ok(not pg_temp.save('ann', 'Second', 'never') ? 'next_at', 'one that never looks is never due');
select throws_ok($$update agora.saved_search set km = 20$$, '23514', null, 'there is no distance from nowhere');

-- Others'.
select throws_ok(format($$select agora.saved_delete(pg_temp.id('bob'), %L)$$, s ->> 'id'), 'AG001', null, 'another member''s cannot be deleted') from one;
select throws_ok(format($$select agora.saved_patch(pg_temp.id('bob'), %L, '{"paused": true}', null, null)$$, s ->> 'id'), 'AG001', null, 'nor changed') from one;
select throws_ok(format($$select agora.saved_members(pg_temp.id('bob'), %L, '''x''', 20)$$, s ->> 'id'), 'AG001', null, 'nor read') from one;
select throws_ok(format($$select agora.saved_looked(pg_temp.id('bob'), %L)$$, s ->> 'id'), 'AG001', null, 'nor looked at') from one;
select is(jsonb_array_length(pg_temp.listed('bob') -> 'items'), 1, 'each sees their own');

-- What is new.
select pg_temp.patch('cem', '{"fields": {"title": {"value": "Toolmaker"}}}');
update agora.saved_search set due_at = now(), looked_at = now() - interval '1 hour' where every <> 'never';
select is(agora.saved_sweep((s ->> 'id')::uuid, E'\001toolmaker\001', 'https://agora.example'), 1, 'a sweep finds who is new') from one;
select is(jsonb_path_query_array(pg_temp.listed('ann'), '$.items[*].new'), '[0, 1]', 'the list says how many');
select is(jsonb_path_query_array(page::jsonb, '$.items[*].card.handle'), '["cem-test"]', 'and the search who') from one, agora.saved_members(pg_temp.id('ann'), (s ->> 'id')::uuid, E'\001toolmaker\001', 20);
select agora.saved_looked(pg_temp.id('ann'), (s ->> 'id')::uuid) from one;
select is(jsonb_path_query_array(pg_temp.listed('ann'), '$.items[*].new'), '[0, 0]', 'whoever was looked at is not new');
select is(jsonb_path_query_array(page::jsonb, '$.items[*].new'), '[false]', 'but still there') from one, agora.saved_members(pg_temp.id('ann'), (s ->> 'id')::uuid, E'\001toolmaker\001', 20);
update agora.saved_search set looked_at = now() - interval '1 hour';
select pg_temp.patch('cem', '{"fields": {"title": {"tier": "self"}}}');
select is(jsonb_path_query_array(pg_temp.listed('ann'), '$.items[*].new'), '[0, 0]', 'nobody is counted whom the search would not show now');
select is(page::jsonb -> 'items', '[]', 'nor shown') from one, agora.saved_members(pg_temp.id('ann'), (s ->> 'id')::uuid, E'\001toolmaker\001', 20);
select is(pg_temp.listed('ann', 'No topic is called so.') #>> '{items,0,problem}', 'No topic is called so.', 'one that cannot be understood any more says why');

-- Changing.
select is(agora.saved_patch(pg_temp.id('ann'), (s ->> 'id')::uuid, '{"name": "Renamed", "every": "daily", "by_mail": false}', E'\001x\001', null)::jsonb
            @> '{"name": "Renamed", "every": "daily", "by_mail": false}', true, 'name, how often and which way can be changed') from one;
select throws_ok(format($$select agora.saved_patch(pg_temp.id('ann'), %L, '{"name": "Second"}', null, null)$$, s ->> 'id'), 'AG004', null, 'not to the name of another') from one;
select ok(not agora.saved_patch(pg_temp.id('ann'), (s ->> 'id')::uuid, '{"every": "never"}', E'\001x\001', null)::jsonb ? 'next_at', 'never is never due') from one;

-- The limit.
update agora.policy set value = '3' where key = 'search.saved';
select lives_ok($$select pg_temp.save('ann', 'Third')$$, 'as many as the limit');
select throws_ok($$select pg_temp.save('ann', 'Fourth')$$, 'AG003', null, 'and no more');

-- What is old is forgotten.
insert into agora.search_change (tier, account_id, at, touched)
select 'members', pg_temp.id('bob'), now() - d * interval '1 day', '' from unnest('{16,14}'::integer[]) d;
select agora.saved_prune();
select is((select count(*) from agora.search_change c where c.at < now() - interval '1 day'), 1::bigint, 'changes are kept for fifteen days');

select * from finish();
rollback;
