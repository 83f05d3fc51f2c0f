-- Keeping topics: labels, places, one in place of another; in the viewer's language; and who may.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member('ann'), pg_temp.member('bob'), pg_temp.member('cem');
update agora.account set roles = '{admin}' where id = pg_temp.id('cem');
create temp table made (name text primary key, id text);
create function pg_temp.topic(name text, above text default null) returns text language plpgsql as $$
begin
  insert into made values (name, agora.topic_add(null, initcap(name) || ' Topicword', 'en', (select m.id from made m where m.name = above))::jsonb ->> 'id');
  return (select m.id from made m where m.name = $1);
end $$;
create function pg_temp.t(name text) returns text language sql as $$ select m.id from made m where m.name = $1 $$;
create function pg_temp.labels(name text) returns text language sql as $$
  select string_agg(format('%s %s %s', lang, kind, label), '; ' order by lang, kind, label) from agora.concept_label where concept_id = pg_temp.t(name)
$$;

select pg_temp.topic('craft');
select pg_temp.topic('wood', 'craft');
select pg_temp.topic('joinery', 'wood');
select pg_temp.topic('carpentry', 'wood');
select pg_temp.topic('beam', 'carpentry');
select pg_temp.topic('tiling');

-- Who may, and what cannot be
select throws_ok(format('select agora.topic_add(%L, ''Other'', ''en'', null)', pg_temp.id('ann')), 'AG002', null, 'a member keeps no topics');
select throws_ok(format('select agora.topic_merge(%L, %L, %L)', pg_temp.id('ann'), pg_temp.t('tiling'), pg_temp.t('wood')), 'AG002', null, 'nor merges any');
select throws_ok(format('select agora.topic_kept_list(%L, null, null, null)', pg_temp.id('ann')), 'AG002', null, 'nor reads the list');
select lives_ok(format('select agora.topic_kept_list(%L, null, null, null)', pg_temp.id('cem')), 'an admin does');
select throws_ok('select agora.topic_add(null, ''wood  TOPICWORD'', ''en'', null)', 'AG004', 'There is a topic of this name: “Wood Topicword”.', 'a name that there is is refused');
select throws_ok(format('select agora.topic_place(null, %L, %L)', pg_temp.t('craft'), pg_temp.t('beam')), 'AG004', null, 'no topic comes to lie within what lies within it');
select throws_ok(format('select agora.topic_place(null, %L, %L)', pg_temp.t('craft'), pg_temp.t('craft')), 'AG004', null, 'nor within itself');
select throws_ok(format('select agora.topic_merge(null, %L, %L)', pg_temp.t('beam'), pg_temp.t('wood')), 'AG004', null, 'two with others between them are not merged');
select throws_ok(format('select agora.topic_label_set(null, %L, ''en'', ''Wood Topicword'', ''none'')', pg_temp.t('wood')), 'AG004', null, 'the last preferred label stays');
select throws_ok(format('select agora.topic_label_set(null, %L, ''en'', ''Wood Topicword'', ''alt'')', pg_temp.t('wood')), 'AG004', null, 'and does not become another name');

-- Labels by language
select agora.topic_label_set(null, pg_temp.t('wood'), 'DE', 'Holzarbeit', 'pref');
select agora.topic_label_set(null, pg_temp.t('wood'), 'en', 'Woodwork', 'pref');
select is(pg_temp.labels('wood'), 'de pref Holzarbeit; en pref Woodwork; en alt Wood Topicword', 'what was preferred becomes another name');
select is(agora.topic_json(pg_temp.t('joinery')) ->> 'path', 'Craft Topicword › Woodwork', 'without a language, the English names');
set local agora.languages = 'de-ch,de';
select is(agora.topic_json(pg_temp.t('joinery')), jsonb_build_object('id', pg_temp.t('joinery'), 'label', 'Joinery Topicword', 'path', 'Craft Topicword › Holzarbeit'),
          'in German what has a German name, the rest in English');
select is(agora.topic_complete(null, 'wood', 5)::jsonb #>> '{items,0,label}', 'Holzarbeit', 'an English word is completed, and shown in German');
select is(agora.topic_complete(null, 'holz', 5)::jsonb #>> '{items,0,id}', pg_temp.t('wood'), 'a German one as well');
select pg_temp.patch('ann', format('{"topics": {"expertise": {"items": ["%s"]}}}', pg_temp.t('wood')));
select is((select c.topics[1] from agora.search c where c.account_id = pg_temp.id('ann') and c.tier = 'members')::jsonb ->> 'label', 'Woodwork',
          'search rows hold the usual name, whoever''s change made them');
select is(pg_temp.search('bob', '''holzarbeit''') #>> '{items,0,topics,0,label}', 'Holzarbeit', 'and cards show it in the viewer''s language');
select is(pg_temp.search('bob', '''holzarbeit''') #>> '{facets,topic,0,label}', 'Holzarbeit', 'facets too');
select is(pg_temp.page('bob', 'ann') #>> '{topics,expertise,0,label}', 'Holzarbeit', 'and profiles');
set local agora.languages = '';
select is(pg_temp.page('bob', 'ann') #>> '{topics,expertise,0,label}', 'Woodwork', 'each viewer in their own');
select is((select array_agg(id) from agora.topic_find('{Holzarbeit}')), array[pg_temp.t('wood')], 'a query names a topic in any language');
select agora.topic_label_set(null, pg_temp.t('wood'), 'en', 'Wodwork', 'hidden');
select is(agora.topic_detail(pg_temp.t('wood'))::jsonb -> 'also', '["Wood Topicword"]', 'a hidden label is shown nowhere');
select is(agora.topic_complete(null, 'wodw', 5)::jsonb #>> '{items,0,id}', pg_temp.t('wood'), 'but found');

-- One in place of another
select pg_temp.patch('ann', format('{"topics": {"expertise": {"items": ["%s", "%s"]}, "seeking": {"items": ["%2$s"]}}}', pg_temp.t('wood'), pg_temp.t('carpentry')));
select pg_temp.patch('bob', format('{"topics": {"expertise": {"items": ["%s", "%s"]}}}', pg_temp.t('carpentry'), pg_temp.t('joinery')));
select agora.search_refresh(100);
select is(agora.topic_merge(pg_temp.id('cem'), pg_temp.t('carpentry'), pg_temp.t('joinery'))::jsonb -> 'merged', jsonb_build_array(pg_temp.t('carpentry')), 'the one that stays tells what was merged');
select is(pg_temp.labels('joinery'), 'en pref Joinery Topicword; en alt Carpentry Topicword', 'its name becomes another name');
select is((select array_agg(concept_id order by place) from agora.profile_topic where account_id = pg_temp.id('bob')), array[pg_temp.t('joinery')],
          'a member who had both has it once');
select is((select array_agg(concept_id order by kind, place) from agora.profile_topic where account_id = pg_temp.id('ann')),
          array[pg_temp.t('wood'), pg_temp.t('joinery'), pg_temp.t('joinery')], 'one who had it has the other in its place');
select is((select count(*) from agora.search_dirty where account_id in (pg_temp.id('ann'), pg_temp.id('bob'))), 2::bigint, 'both wait to be made anew');
select is(agora.search_refresh(100), 2, 'which the worker does');
select is(pg_temp.found('cem', format('''x=%s''', pg_temp.t('joinery'))), pg_temp.found('cem', '''carpentry'''), 'they are found by the new topic and by the old word');
select is((select count(*) from agora.topic_use where concept_id = pg_temp.t('carpentry') and members > 0), 0::bigint, 'nobody is counted with the old one');
select is(agora.topic_detail(pg_temp.t('carpentry'))::jsonb ->> 'id', pg_temp.t('joinery'), 'its address leads to the new one');
select is((select id from agora.topic_find(array[pg_temp.t('carpentry')])), pg_temp.t('joinery'), 'so does a search that names it');
select is(agora.topic_json(pg_temp.t('beam')) ->> 'path', 'Craft Topicword › Woodwork › Joinery Topicword', 'what was within it is within the new one');
select pg_temp.patch('cem', format('{"topics": {"interest": {"items": ["%s"]}}}', pg_temp.t('carpentry')));
select is((select concept_id from agora.profile_topic where account_id = pg_temp.id('cem')), pg_temp.t('joinery'), 'an old form that saves the old one saves the new');
select throws_ok(format('select agora.topic_merge(null, %L, %L)', pg_temp.t('carpentry'), pg_temp.t('wood')), 'AG004', null, 'what was merged is merged no more');
select agora.topic_merge(null, pg_temp.t('joinery'), pg_temp.t('wood'));
select is((select array_agg(distinct merged_into) from agora.concept where id in (pg_temp.t('joinery'), pg_temp.t('carpentry'))), array[pg_temp.t('wood')],
          'one merged twice leads to the last in one step');
select is(agora.topic_json(pg_temp.t('beam')) ->> 'path', 'Craft Topicword › Woodwork', 'one right within another may be merged with it');
select is((select count(*) from agora.audit_event where action = 'topic.merge' and detail ->> 'into' = pg_temp.t('joinery') and actor = pg_temp.id('cem')), 1::bigint,
          'who merged is in the log');
select is(pg_temp.t('tiling') in (select agora.topic_orphans('own')), false, 'what was made at the top is no orphan');
select is(agora.topic_place(null, pg_temp.t('tiling'), pg_temp.t('craft'))::jsonb #>> '{broader,0,id}', pg_temp.t('craft'), 'and moves');
select is(agora.topic_export('own', null, 100) is null, false, 'all can be written as a file');

select * from finish();
rollback;
