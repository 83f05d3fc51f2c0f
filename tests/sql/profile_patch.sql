-- The merge patch: what it names changes, what it does not name stays, what is wrong is refused by pointer.
begin;
\ir lib/profiles.psql
select no_plan();
select pg_temp.member('ann');
create temp table topic as select id, row_number() over (order by id) as n from agora.concept where notation = 'topic' order by id limit 40;

create function pg_temp.refused(patch text, pointer text, about text) returns text language plpgsql as $$
declare
  at text := 'accepted';
begin
  perform pg_temp.patch('ann', patch);
  return is(at, pointer, about);
exception when sqlstate 'AG004' then
  get stacked diagnostics at = pg_exception_detail;
  return is(at, pointer, about);
end $$;

select pg_temp.patch('ann', format('{"fields": {"headline": {"value": "  One  "}, "about": {"value": "a\r\nb", "tier": "contacts"},
  "languages": {"value": ["de", "pt-BR"]}, "country": {"value": "CH"}}, "topics": {"expertise": {"items": [%s, %s], "tier": "public"}}}',
  (select to_json(id) from topic where n = 2), (select to_json(id) from topic where n = 1)));
select is(mine::jsonb #> '{fields,headline}', '{"value": "One", "tier": "members"}', 'text is trimmed, the tier stays')
  from agora.profile_mine(pg_temp.id('ann'));
select is(mine::jsonb #> '{fields,about}', '{"value": "a\nb", "tier": "contacts"}', 'value and tier change together')
  from agora.profile_mine(pg_temp.id('ann'));
select is((select array_agg(concept_id order by place) from agora.profile_topic), (select array_agg(id order by n desc) from topic where n < 3),
          'topics keep the member''s order');

create temp table before as select * from agora.profile_mine(pg_temp.id('ann'));
select pg_temp.patch('ann', '{}');
select is(mine::jsonb - 'version', (select mine::jsonb - 'version' from before), 'an empty patch loses nothing')
  from agora.profile_mine(pg_temp.id('ann'));
select pg_temp.patch('ann', '{"fields": {"headline": {"tier": "self"}}}');
select is(mine::jsonb #> '{fields,headline}', '{"value": "One", "tier": "self"}', 'a tier changes without its value')
  from agora.profile_mine(pg_temp.id('ann'));
select is(pg_temp.patch('ann', '{"fields": {"headline": {"value": null}, "languages": {"value": null}}, "topics": {"expertise": {"items": null}}}')
            #> '{topics,expertise}', '{"tier": "public", "items": []}', 'null clears a set and keeps its tier');
select is(pg_temp.patch('ann', '{"fields": {"about": {"value": " "}}}') #> '{fields,about,value}', 'null', 'so does nothing but spaces');

-- Versions
select is((select etag from agora.profile_mine(pg_temp.id('ann'))), '6', 'each change raises the version');
select throws_ok($$ select pg_temp.patch('ann', '{}', '5') $$, 'AG005', null, 'a patch for an old version is refused');
select lives_ok($$ select pg_temp.patch('ann', '{}', '6') $$, 'one for the version that is there is not');

-- Refusals
select pg_temp.refused('[]', '', 'a patch is an object');
select pg_temp.refused('{"nonsense": 1}', '/nonsense', 'an unknown part');
select pg_temp.refused('{"fields": {"birth/date": {}}}', '/fields/birth~1date', 'an unknown field, its name escaped');
select pg_temp.refused('{"fields": {"headline": "x"}}', '/fields/headline', 'a field is an object');
select pg_temp.refused('{"fields": {"headline": {"text": "x"}}}', '/fields/headline/text', 'with value and tier only');
select pg_temp.refused('{"fields": {"headline": {"value": 5}}}', '/fields/headline/value', 'text must be text');
select pg_temp.refused(format('{"fields": {"headline": {"value": "%s"}}}', repeat('ü', 161)), '/fields/headline/value', 'too long by one');
select pg_temp.refused(format('{"fields": {"about": {"value": "%s"}}}', repeat('x', 4001)), '/fields/about/value', 'a longer text too long');
select lives_ok(format('select pg_temp.patch(''ann'', %L)', format('{"fields": {"headline": {"value": "%s"}}}', repeat('ü', 160))), 'just right');
select pg_temp.refused('{"fields": {"headline": {"value": "a\nb"}}}', '/fields/headline/value', 'a line end in a line');
select pg_temp.refused('{"fields": {"about": {"value": "a\u0007b"}}}', '/fields/about/value', 'a control character');
select pg_temp.refused('{"fields": {"headline": {"tier": "friends"}}}', '/fields/headline/tier', 'an unknown tier');
select pg_temp.refused('{"fields": {"headline": {"tier": null}}}', '/fields/headline/tier', 'no tier');
select pg_temp.refused('{"fields": {"shown_name": {"value": ""}}}', '/fields/shown_name/value', 'the name is needed');
select pg_temp.refused('{"fields": {"shown_name": {"tier": "contacts"}}}', '/fields/shown_name/tier', 'the name is open to members at least');
select pg_temp.refused('{"fields": {"country": {"value": "XX"}}}', '/fields/country/value', 'an unknown country');
select pg_temp.refused('{"fields": {"languages": {"value": ["de", "German"]}}}', '/fields/languages/value/1', 'not a language');
select pg_temp.refused('{"fields": {"languages": {"value": ["de", "de"]}}}', '/fields/languages/value/1', 'a language twice');
select pg_temp.refused('{"topics": {"hobby": {}}}', '/topics/hobby', 'an unknown kind of topics');
select pg_temp.refused('{"topics": {"seeking": {"items": ["T1nothing"]}}}', '/topics/seeking/items/0', 'an unknown topic');
select pg_temp.refused(format('{"topics": {"seeking": {"items": [%1$s, %1$s]}}}', (select to_json(id) from topic where n = 1)),
                       '/topics/seeking/items/1', 'a topic twice');
select pg_temp.refused(format('{"topics": {"seeking": {"items": %s}}}', (select json_agg(id) from topic where n <= 31)),
                       '/topics/seeking/items', 'too many topics');
select is((select count(*) from agora.profile_topic), 0::bigint, 'what is refused changes nothing');
select throws_ok($$ select * from agora.profile_patch(agora.new_id(), '{}', '*') $$, 'AG001', null, 'who has no profile cannot change it');

-- Completeness
select is((select mine::jsonb ->> 'completeness' from agora.profile_mine(pg_temp.id('ann'))), '20', 'two of ten parts are there');
select is((select mine::jsonb -> 'missing' from agora.profile_mine(pg_temp.id('ann'))),
          '["about", "organisation", "title", "place", "languages", "expertise", "interest", "seeking"]', 'the others are named');

select * from finish();
rollback;
