-- Who could introduce: contacts in common, counted and named only where both of them let the viewer know.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{me,mid,two,far,else}'::text[]) n;
select pg_temp.connect('me', 'mid');
select pg_temp.connect('me', 'two');
select pg_temp.connect('mid', 'far');
select pg_temp.connect('two', 'far');
create function pg_temp.knows(name text, tier text) returns text language sql as $$ select agora.knows_put(pg_temp.id(name), tier) $$;
create function pg_temp.by(viewer text default 'me', member text default 'far') returns text[] language sql as $$
  select array(select w.name from jsonb_array_elements(agora.member_introducers(pg_temp.id(viewer), (select handle from who where name = member))::jsonb -> 'members') m
                 join who w on w.handle = m ->> 'handle' order by 1)
$$;
create function pg_temp.count() returns integer language sql as $$
  select (agora.member_introducers(pg_temp.id('me'), (select handle from who where name = 'far'))::jsonb ->> 'count')::integer
$$;
create function pg_temp.on_page() returns jsonb language sql as $$
  select page::jsonb -> 'introducers' from agora.search_answer(pg_temp.id('me'), null, E'\001far\001', '{}', '{}', '{}', '{}', 20, null, null, true)
$$;

select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'nobody is named or counted unless they said so');
select is(pg_temp.on_page(), null, 'nor on a page of results');
select pg_temp.knows('mid', 'contacts');
select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'one of the two is not enough');
select pg_temp.knows('far', 'contacts');
select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'for contacts of the other is not for the viewer, who is none');
select pg_temp.knows('far', 'members');
select is((pg_temp.by(), pg_temp.count())::text, '({mid},1)', 'where both let the viewer know, the contact in common is named');
select is(pg_temp.on_page(), '{"far-test": {"count": 1, "members": [{"handle": "mid-test", "shown_name": "Mid Testperson"}]}}', 'on a page of results too');
select pg_temp.knows('two', 'members');
select is((pg_temp.by(), pg_temp.count())::text, '("{mid,two}",2)', 'all of them');
select is(pg_temp.by('else'), '{}', 'others, who know none of them, are told nothing');
select pg_temp.knows('mid', 'self');
select is((pg_temp.by(), pg_temp.count())::text, '({two},1)', 'whoever changes their mind is not counted');
select pg_temp.block('two', 'me');
select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'nor who has blocked the viewer');
select pg_temp.knows('mid', 'contacts');
select pg_temp.block('mid', 'far');
select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'nor whose contact with the member has ended');
select pg_temp.connect('me', 'else');
select pg_temp.knows('else', 'members');
select is(pg_temp.by('me', 'else'), '{}', 'of a contact nobody needs to introduce');
select pg_temp.block('far', 'me');
select is((pg_temp.by(), pg_temp.count())::text, '({},0)', 'of whoever the viewer may not know of, nothing is told');
select is(agora.member_introducers(pg_temp.id('me'), 'no-such-member'), '{"count": 0, "members": []}', 'nor of who is not there');

select * from finish();
rollback;
