-- Confidential members: who sees the pseudonym, who the name, and that no act ties one to the other.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 2) from unnest('{ann,bob,cem}'::text[]) n;
update agora.account set created_at = now() - interval '1 year' where id in (select id from who);
select id as topic from agora.concept where notation = 'topic' order by id limit 1 \gset
create function pg_temp.ask(asker text, handle text) returns jsonb language sql as $$
  select agora.introduction_ask(pg_temp.id(asker), handle, 'advice', null, 'Your work on joints is what we need.', null, null)::jsonb
$$;
create function pg_temp.alias(name text) returns text language sql as $$ select agora.pseudonym_of(pg_temp.id(name)) $$;
create function pg_temp.by_handle(viewer text, handle text) returns jsonb language plpgsql as $$
begin
  return (select page::jsonb from agora.member_page(pg_temp.id(viewer), handle, null));
exception when sqlstate 'AG001' then
  return null;
end $$;
create function pg_temp.handles(viewer text, query text) returns text[] language sql as $$
  select coalesce(array_agg(i ->> 'handle'), '{}') from jsonb_array_elements(pg_temp.search(viewer, query, 100) -> 'items') i
$$;

-- Bob has asked Ann before she becomes confidential.
select pg_temp.ask('bob', 'ann-test') ->> 'id' as before \gset
select pg_temp.patch('ann', format('{"fields": {"shown_name": {"tier": "public"}, "title": {"value": "Titleword", "tier": "public"}, "country": {"value": "FJ"}},
  "topics": {"expertise": {"items": [%s]}}, "directory": {"confidential": true}}', to_json(:'topic'::text)));
select pg_temp.alias('ann') as alias \gset

select is(pg_temp.handles('bob', format('''x:%s''', lower(:'topic'))), array[:'alias'], 'members find the pseudonym by topic');
select is(pg_temp.handles(null, format('''x:%s''', lower(:'topic'))), '{}', 'the public does not');
select is(pg_temp.handles('bob', '''titleword'''), '{}', 'no field finds it');
select is(pg_temp.handles('bob', '''ann'''), '{}', 'nor the name');
select ok(pg_temp.search('bob', '''vf:0''')::text !~* 'ann|FJ|titleword', 'nothing of the member in the page of results');
select is(pg_temp.by_handle('bob', 'ann-test'), null, 'the own handle leads nowhere');
select is(pg_temp.by_handle(null, :'alias'), null, 'nor the pseudonym, for the public');
select results_eq(format('select k from jsonb_object_keys(pg_temp.by_handle(''cem'', %L)) k order by 1', :'alias'),
                  '{confidential,handle,relation,shown_name,topics,verified}'::text[], 'members see the pseudonym, topics and level');
select is(pg_temp.by_handle('ann', 'ann-test') ->> 'handle', 'ann-test', 'the member sees their own page');
select is((select page::jsonb ->> 'handle' from agora.member_page(pg_temp.id('ann'), 'ann-test', 'members')), :'alias', 'and, as members do, the pseudonym');

-- Bob's earlier request goes on under the name, and shows on no pseudonym.
select is(agora.introduction_get(pg_temp.id('bob'), :'before')::jsonb #>> '{other,handle}', 'ann-test', 'a request from before has the name still');
select is(agora.introduction_get(pg_temp.id('bob'), :'before')::jsonb #> '{other,topics}', '[]', 'and nothing of what is listed now');
select is(pg_temp.by_handle('bob', :'alias') -> 'relation', pg_temp.by_handle('cem', :'alias') -> 'relation', 'who has asked under the name sees the pseudonym as anybody');
select is(pg_temp.ask('bob', :'alias') ->> 'state', 'sent', 'asking the pseudonym too is taken');
select is((select count(*) from agora.introduction where asked = pg_temp.id('ann') and state = 'offered'), 1::bigint, 'and comes to nobody');
select is(agora.introduction_get(pg_temp.id('ann'), :'before')::jsonb ->> 'state', 'received', 'the first one is there');

-- A block of the name leaves the pseudonym.
select pg_temp.search('bob', '''vf:0''') as seen \gset
select agora.block_add(pg_temp.id('bob'), 'ann-test');
select is(pg_temp.search('bob', '''vf:0'''), :'seen'::jsonb, 'a block of the name changes nothing in the results');
select isnt(pg_temp.by_handle('bob', :'alias'), null, 'nor takes the page of the pseudonym away');
select is(pg_temp.found('ann', '''bob'''), '{}', 'but the one blocked sees them no more');
select agora.block_add(pg_temp.id('bob'), :'alias');
select is(pg_temp.by_handle('bob', :'alias'), null, 'a block of the pseudonym does');
select set_eq(format('select b ->> ''handle'' from jsonb_array_elements(agora.block_list(%L)::jsonb -> ''items'') b', pg_temp.id('bob')),
              array['ann-test', :'alias'], 'both are in the list, each by its name');
select agora.block_lift(pg_temp.id('bob'), :'alias');
select isnt(pg_temp.by_handle('bob', :'alias'), null, 'and each is lifted by itself');

-- Cem asks the pseudonym; Ann accepts.
select pg_temp.ask('cem', :'alias') ->> 'id' as intro \gset
select ok(agora.introduction_get(pg_temp.id('cem'), :'intro') !~* 'ann-test|Ann Test', 'until it is accepted the asker sees no name');
select is(agora.introduction_get(pg_temp.id('cem'), :'intro')::jsonb #>> '{other,handle}', :'alias', 'but the pseudonym');
select agora.introduction_accept(pg_temp.id('ann'), :'intro');
select is(agora.introduction_get(pg_temp.id('cem'), :'intro')::jsonb #>> '{other,shown_name}', 'Ann Testperson', 'then the name');
select is(pg_temp.by_handle('cem', :'alias') #>> '{relation,state}', 'connecting', 'and what stands between them on the page');
update agora.contact set confirmed = true where introduction_id = :'intro';
update agora.introduction set state = 'connected', connected_at = now() where id = :'intro';
select is(pg_temp.handles('cem', '''titleword'''), '{ann-test}', 'a contact finds the member by name and fields');
select is(pg_temp.handles('cem', format('''x:%s''', lower(:'topic'))), '{ann-test}', 'and not the pseudonym beside it');
select is(pg_temp.by_handle('cem', :'alias') ->> 'handle', 'ann-test', 'the pseudonym leads a contact to the member');
select is(pg_temp.by_handle('cem', 'ann-test') ->> 'title', 'Titleword', 'and so does the name');

-- Listed by name again.
select pg_temp.patch('ann', '{"directory": {"confidential": false}}');
select is(pg_temp.by_handle('cem', :'alias'), null, 'a pseudonym that has ended leads nowhere');
select ok(agora.handle_free(:'alias') <> :'alias', 'and nobody can take it');

-- Out of the directory.
select pg_temp.patch('ann', jsonb_build_object('directory', jsonb_build_object('paused_until', (now() at time zone 'UTC')::date + 9))::text);
select pg_temp.member('dia', 2);
select is(pg_temp.handles('dia', '''titleword'''), '{}', 'who pauses is not found');
select is(pg_temp.by_handle('dia', 'ann-test'), null, 'and has no page');
select is(pg_temp.by_handle('cem', 'ann-test') ->> 'title', 'Titleword', 'but for contacts');
select throws_ok($$ select pg_temp.ask('dia', 'ann-test') $$, 'AG004', 'There is no such member to be introduced to.', 'and cannot be asked');
update agora.profile set paused_until = now() where account_id = pg_temp.id('ann');
select agora.search_refresh(10);
select is(pg_temp.handles('dia', '''titleword'''), '{ann-test}', 'the worker brings them back');

-- Cursors are veiled and hold.
select is(agora.search_opened(agora.search_closed('47000 01a22176-0c97-7133-9a55-eb3f942769be 20 999 true', '0123456789abcdef')),
          '47000 01a22176-0c97-7133-9a55-eb3f942769be 20 999 true 0123456789abcdef', 'a cursor opens to what was closed');
select ok(agora.search_closed('47000 01a22176-0c97', '0123456789abcdef') !~ encode('01a22176', 'hex'), 'and cannot be read');

-- The second fence, said of the tables; that no row comes through is in the tests over the interface.
select is_empty($$ select c.oid::regclass from pg_class c
                    where c.relnamespace = 'agora'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
                      and (c.relname in ('profile', 'profile_topic', 'pseudonym', 'topic_use') or starts_with(c.relname, 'search')) $$,
                'each of them, and each stratum, has its fence');
select is_empty($$ select polname from pg_policy $$, 'and no gate in it');

select * from finish();
rollback;
