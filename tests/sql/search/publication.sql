-- Profiles on the open web: which addresses have shown one, what the sitemap names, what members allow.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem}'::text[]) n;
create function pg_temp.state(name text) returns text language sql as $$
  select agora.public_page((select handle from who w where w.name = state.name))::jsonb ->> 'state'
$$;
create function pg_temp.show(name text, tier text) returns void language sql as $$
  select pg_temp.patch(name, format('{"fields": {"shown_name": {"tier": "%s"}}}', tier))
$$;
create function pg_temp.listed() returns text[] language sql as $$
  select array(select w.name from who w where position('/m/' || w.handle || '<' in agora.sitemap('https://a.example', null)) > 0 order by 1)
$$;

select is(pg_temp.state('ann'), 'none', 'who was never public is unknown');
select is(agora.public_page('nobody-at-all'), agora.public_page('ann-test'), 'as nobody is');
select pg_temp.show('ann', 'public');
select is(pg_temp.state('ann'), 'shown', 'a public name is shown');
select pg_temp.show('ann', 'members');
select is(pg_temp.state('ann'), 'gone', 'and gone when it is taken back');
select pg_temp.show('ann', 'public');
select is(pg_temp.state('ann'), 'shown', 'and shown again');

update agora.account set state = 'suspended' where id = pg_temp.id('ann');
select is(pg_temp.state('ann'), 'gone', 'a suspended account is gone');
update agora.account set state = 'active', handle = 'ann-new' where id = pg_temp.id('ann');
select is(pg_temp.state('ann'), 'gone', 'so is the address that somebody had before');
select is(agora.public_page('ann-new')::jsonb ->> 'state', 'shown', 'the new one shows them');
update agora.account set state = 'erased', handle = 'erased-1' where id = pg_temp.id('ann');
select is(agora.public_page('ann-new')::jsonb ->> 'state', 'gone', 'an erased account is gone');
select is(agora.public_page('erased-1')::jsonb ->> 'state', 'none', 'what it is called now was never public');
select is_empty($$select from agora.public_address where convert_from(handle_hash, 'LATIN1') like '%ann%'$$, 'no name is kept for it');

update agora.account set state = 'suspended' where id = pg_temp.id('bob');
select pg_temp.show('bob', 'public');
select is(pg_temp.state('bob'), 'none', 'a name made public under suspension was never seen');
update agora.account set state = 'active' where id = pg_temp.id('bob');
select is(pg_temp.state('bob'), 'shown', 'but is once the account is active');
update agora.account set state = 'suspended' where id = pg_temp.id('bob');
select is(pg_temp.state('bob'), 'gone', 'and gone after');
update agora.account set state = 'active' where id = pg_temp.id('bob');

select is(agora.public_page('bob-test')::jsonb -> 'profile' ->> 'shown_name', 'Bob Testperson', 'the page has the name');
select is(agora.public_page('bob-test')::jsonb -> 'profile' -> 'relation', null, 'and nothing about a viewer');
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Secretword", "tier": "members"}, "country": {"value": "CH", "tier": "public"}}}');
select ok(agora.public_page('bob-test') not like '%Secretword%', 'nor what members see');
select is(agora.public_page('bob-test')::jsonb -> 'profile' ->> 'country_name', 'Switzerland', 'a visible country has its name');
select pg_temp.patch('bob', '{"fields": {"country": {"value": "CH", "tier": "members"}}}');
select ok(agora.public_page('bob-test') not like '%Switzerland%', 'a hidden one has none');

select is(pg_temp.listed(), '{}', 'nobody is in the sitemap who did not choose it');
select is(agora.publication_put(pg_temp.id('bob'), true, false)::jsonb, '{"public": true, "search_engines": true, "ai_crawlers": false}', 'a choice is told');
select is(agora.publication_mine(pg_temp.id('bob'))::jsonb ->> 'search_engines', 'true', 'and kept');
select is(pg_temp.listed(), '{bob}', 'who chose it is in the sitemap');
select agora.publication_put(pg_temp.id('cem'), true, true);
select is(pg_temp.listed(), '{bob}', 'not who is for members only');
select is(agora.ai_open(), '', 'nor in the list for AI crawlers');
select pg_temp.show('cem', 'public');
select is(pg_temp.listed(), '{bob,cem}', 'until the name is public');
select is(agora.ai_open(), 'cem-test', 'then AI crawlers are let in as they said');
select ok(agora.sitemap('https://a.example', null, 1) like '%<sitemap><loc>https://a.example/sitemap/2</loc>%', 'two parts of one have an index');
select ok(agora.sitemap('https://a.example', 1, 1) <> agora.sitemap('https://a.example', 2, 1), 'and are two');
select throws_ok($$select agora.sitemap('https://a.example', 3, 1)$$, 'AG001', null, 'there is no third');
select throws_ok($$select agora.sitemap('https://a.example', 0)$$, 'AG001', null, 'nor one before the first');
select ok(agora.sitemap('https://a.example/?a&b"<', null) like '%https://a.example/?a&amp;b&quot;&lt;/m/%', 'addresses are escaped');
select is((select count(*)::integer from agora.audit_event where action = 'profile.publish'), 2, 'choices are on record');
select agora.block_add(pg_temp.id('cem'), 'bob-test');
select is(pg_temp.listed(), '{bob,cem}', 'a block between two changes nothing of it');

select * from finish();
rollback;
