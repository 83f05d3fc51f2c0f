-- What finds whom: words, phrases, topics with narrower ones, filters; why; facets; pages.
begin;
\ir lib/profiles.psql
select no_plan();

select pg_temp.member('ann', 3), pg_temp.member('bob', 1), pg_temp.member('cem');
-- A topic, the one broader than it, and a sibling.
select c.id as topic, l.label, r.other_id as wider,
       (select s.concept_id from agora.concept_relation s where s.other_id = r.other_id and s.concept_id > c.id order by 1 limit 1) as sibling
  from agora.concept c
  join agora.concept_relation r on r.concept_id = c.id and r.link = 'broader'
  join agora.concept_label l on l.concept_id = c.id
 where c.id = 'T10038' \gset
-- The name that was checked is the one that she shows.
update agora.claim k set value = case k.name when 'given_name' then 'Åsa' else 'Łukasz-Müller' end
  from agora.account a where a.id = pg_temp.id('ann') and k.person_id = a.person_id;
select pg_temp.patch('ann', format('{"fields": {"shown_name": {"value": "Åsa Łukasz-Müller"}, "title": {"value": "Chief engineer"},
  "organisation": {"value": "Bridge & Tunnel Works"}, "headline": {"value": "Headlineword"}, "about": {"value": "Likes Aboutword"},
  "country": {"value": "NZ"}, "place": {"value": "Île Sainte"}, "languages": {"value": ["pt-BR"]}},
  "topics": {"expertise": {"items": ["%s"]}, "seeking": {"items": ["%s"]}}}', :'topic', :'sibling'));
select pg_temp.patch('bob', format('{"topics": {"expertise": {"items": ["%s"]}}}', :'wider'));

-- Words
select is(pg_temp.found('cem', '''lukasz'''), '{ann}', 'letters with marks are found without');
select is(pg_temp.found('cem', '''ŁUKASZ'''), '{ann}', 'and with');
select is(pg_temp.found('cem', '''engin'':*'), '{ann}', 'a beginning finds the word');
select is(pg_temp.found('cem', '''bridge'' <-> ''tunnel'''), '{ann}', 'a phrase skips signs');
select is(pg_temp.found('cem', '''engineer'' <-> ''bridge'''), '{}', 'no phrase reaches from the title into the organisation');
select is(pg_temp.found('cem', '''muller'' <-> ''chief'''), '{}', 'nor from the name into the title');
select is(pg_temp.found('cem', '''headlineword'' | ''aboutword'' | ''zealand'' | ''sainte'''), '{}', 'free words look at names, roles and expertise only');
select is(pg_temp.found('cem', '''a:headlineword'' & ''a:aboutword'''), '{ann}', 'headline and about are found when asked for');
select is(pg_temp.found('cem', '''g:tunnel'''), '{ann}', 'so is the organisation');
select is(pg_temp.found('cem', '''p:ile'' & ''p:zealand'''), '{ann}', 'the place, and the country by its name');
select is(pg_temp.found('cem', '''l:pt'''), '{ann}', 'a language without its region');
select is(pg_temp.found('cem', '''l:pt-br'''), '{ann}', 'and with it');
select is(pg_temp.found('cem', '''ʻ'''), '{}', 'a word that folds to nothing finds nobody');
select is(agora.search_query(E'\001it''\\s\001 & \001x\001')::text, '''its'' & ''x''', 'a quote or backslash in a word cannot end it');

-- Topics
select is(pg_temp.found('cem', format('''x:%s''', :'topic')), '{ann}', 'a topic finds who knows it');
select is(pg_temp.found('cem', format('''x:%s''', :'wider')), '{ann,bob}', 'and a wider one, too');
select is(pg_temp.found('cem', format('''x=%s''', :'wider')), '{bob}', 'unless only that one is asked for');
select is(pg_temp.found('cem', format('''x:%s''', :'sibling')), '{}', 'who looks for a topic does not know it');
select is(pg_temp.found('cem', format('''s:%s''', :'sibling')), '{ann}', 'but looks for it');
select is(pg_temp.found('cem', format('''t:%s''', :'sibling')), '{ann}', 'and has to do with it');
select is(pg_temp.found('cem', (select format('''%s''', split_part(folded, ' ', 1)) from agora.concept_label where concept_id = :'topic')), '{ann}',
          'expertise is found by the words of its label');

-- Levels and order
select is(pg_temp.found('cem', '''vf:0'''), '{ann,bob,cem}', 'who is better known comes first');
select is(pg_temp.found('cem', '''vf:1'''), '{ann,bob}', 'a level finds that level and above');
update agora.verification set valid_until = now() - interval '1 s', verified_at = now() - interval '1 year' where account_id = pg_temp.id('ann');
update agora.search set until = now() where account_id = pg_temp.id('ann');
select is(agora.search_refresh(10), 1, 'a verification that lapses is found by the worker');
select is(pg_temp.found('cem', '''vf:1'''), '{bob}', 'and the member by their level no more');
select is(agora.search_refresh(10), 0, 'once');
select pg_temp.patch('bob', '{"fields": {"headline": {"value": "x"}}}');
select is((select count(*) from agora.search_dirty), 0::bigint, 'a change of one''s own waits for no worker');

-- Topics that change
select agora.topic_label_set(null, :'topic', 'en', 'Renamedlabel', 'pref');
select is((select array_agg(account_id) from agora.search_dirty), array[pg_temp.id('ann')], 'who shows a topic waits to be made anew when its name changed');
select is(agora.search_refresh(10), 1, 'which the worker does');
select is(pg_temp.found('cem', '''renamedlabel'''), '{ann}', 'under the new name');
insert into agora.concept (id, scheme_id, top) values ('D-elsewhere', 'openalex', true);
insert into agora.concept_label (concept_id, lang, kind, label, folded, words) values ('D-elsewhere', 'en', 'pref', 'Elsewhere', 'elsewhere', 'elsewhere');
select agora.topic_place(null, :'topic', 'D-elsewhere');
select agora.search_refresh(10);
select is(pg_temp.found('cem', '''x:d-elsewhere'''), '{ann}', 'a topic that moved is found by its new place');
select is(pg_temp.found('cem', format('''x:%s''', :'wider')), '{bob}', 'and no more by the old one');

-- Why, and topics that matched first
select pg_temp.patch('ann', format('{"topics": {"expertise": {"items": ["%s", "%s"]}}}', :'sibling', :'topic'));
create temp table card as select agora.search_page(pg_temp.id('cem'), E'\001renamedlabel\001',
  array[E'\001renamedlabel\001:A', E'\001renamedlabel\001:C'], '{Name,Expertise}', '{renamedlabel}', '{}', 20, null)::jsonb #> '{items,0}' as c;
select is(c #>> '{why,0}', 'Expertise', 'the reasons are those of the clues that match') from card;
select ok(not c -> 'why' ? 'Name', 'and of no other') from card;
select is(c #>> '{topics,0,label}', 'Renamedlabel', 'the topic with the word comes first') from card;
select is(agora.search_page(pg_temp.id('cem'), E'\001engineer\001', '{}', '{}', '{}', array[:'sibling'], 20, null)::jsonb #>> '{items,0,topics,0,id}', :'sibling',
          'the topic asked for comes first');
select is(jsonb_path_exists(agora.search_page(pg_temp.id('cem'), E'\001t:t10038\001 & \001none\001', '{}', '{}', '{}', '{T10038}', 20, null)::jsonb, '$.broader[0].id'), true,
          'when nobody is found there are broader topics');

-- Pages
select pg_temp.member('many' || n, n % 4) from generate_series(1, 230) n;
create function pg_temp.all_pages(query text, most integer) returns table (page bigint, handle text) language plpgsql as $$
declare
  answer jsonb;
  cursor text;
begin
  page := 0;
  loop
    answer := pg_temp.search('cem', query, most, cursor);
    for handle in select i ->> 'handle' from jsonb_array_elements(answer -> 'items') i loop
      return next;
    end loop;
    cursor := answer ->> 'next';
    exit when cursor is null;
    page := page + 1;
  end loop;
end $$;
create temp table paged as select row_number() over () as n, * from pg_temp.all_pages('''vf:2''', 7);
select is((select count(*) from paged), (select count(*) from agora.search where tier = 'members' and terms @@ '''vf:2'''), 'the pages are everyone who matches');
select is((select count(distinct handle) from paged), (select count(*) from paged), 'nobody twice');
select is((select array_agg(handle order by handle) from paged where n <= 100),
          (select array_agg(b.handle order by b.handle) from (
            select a.handle from agora.search s join agora.account a on a.id = s.account_id
             where s.tier = 'members' and s.terms @@ '''vf:2''' order by s.quality desc, s.account_id desc limit 100) b), 'the best first, by hundreds');
select is((select max(page) + 1 from paged), (select ceil(count(*) / 7.0)::bigint from paged), 'no empty page at the end');
select is((select count(*) from pg_temp.all_pages('''vf:0''', 30)), 200::bigint, 'after 200 there are no more pages');
select is(pg_temp.search('cem', '''vf:0''', 1) -> 'total', '{"count": 233, "exact": true}', 'but all are counted');
select is(pg_temp.search('cem', '''vf:0''', 7, pg_temp.search('cem', '''vf:0''', 7) ->> 'next') -> 'total', '{"count": 233, "exact": true}', 'on every page the same');

-- Cursors
select pg_temp.search('cem', '''vf:0''', 7) ->> 'next' as cursor \gset
select throws_ok(format('select pg_temp.search(%L, %L, 7, %L)', 'cem', '''vf:1''', :'cursor'), 'AG004', null, 'a cursor is for its own query');
select throws_ok(format('select pg_temp.search(null, %L, 7, %L)', '''vf:0''', :'cursor'), 'AG004', null, 'and for its own kind of viewer');
select throws_ok(format('select pg_temp.search(%L, %L, 7, %L)', 'cem', '''vf:0''', '00' || substr(:'cursor', 3)), 'AG004', null, 'it cannot be changed');
select throws_ok(format('select pg_temp.search(%L, %L, 7, %L)', 'cem', '''vf:0''', 'zz'), 'AG004', null, 'nor made up');

-- Facets
select pg_temp.patch('many1', '{"fields": {"country": {"value": "CH"}}}'), pg_temp.patch('many2', '{"fields": {"country": {"value": "CH"}}}'),
       pg_temp.patch('many3', '{"fields": {"country": {"value": "AT"}}}');
select is(pg_temp.search('cem', '''many1'' | ''many2'' | ''many3''') #> '{facets,country}',
          '[{"label": "Switzerland", "value": "CH"}, {"label": "Austria", "value": "AT"}]', 'a count under three is not told');
select pg_temp.patch('many4', '{"fields": {"country": {"value": "CH"}}}');
select is(pg_temp.search('cem', '''many1'' | ''many2'' | ''many3'' | ''many4''') #> '{facets,country,0}', '{"count": 3, "label": "Switzerland", "value": "CH"}', 'three are');
select is((select array_agg(f ->> 'count') from jsonb_array_elements(pg_temp.search('cem', '''many1'' | ''many2'' | ''many3'' | ''many4''') #> '{facets,level}') f),
          '{4,3,NULL,NULL}', 'levels count who has at least that');

-- Facets of many: estimates from a sample
select is(pg_temp.search('cem', '''many1'' | ''many2''') #> '{facets,estimated}', 'false', 'those of few are not');
select is((select count(*) from agora.search_sample s full join agora.search r using (tier, account_id)
            where (s.facets, s.terms) is distinct from (r.facets, r.terms)), 0::bigint, 'the sample holds what the search does');
select pg_temp.patch('many4', '{"fields": {"country": {"tier": "contacts"}}}');
select is((select count(*) from agora.search_sample s where s.account_id = pg_temp.id('many4') and 'cc:CH' = any (s.facets)), 0::bigint,
          'a value that is hidden is gone from it at once');
select is((select array_agg(distinct agora.search_part(md5(n::text)::uuid, 16777216)) from generate_series(1, 20000) n), '{1,2,3,4,5,6,7,8,9,10}', 'there are ten parts');
select cmp_ok((select count(agora.search_part(md5(n::text)::uuid, 4194304)) from generate_series(1, 1000) n), '<', 350::bigint,
              'a share of a quarter has about a quarter of the members');
select is(pg_temp.search('cem', '''vf:0''') #> '{facets,estimated}', 'false', 'facets that the sample says too little of are counted whole');
select is(pg_temp.search('cem', '''vf:0''') #> '{total,exact}', 'true', 'and so is the total');
update agora.search_share set share = 16777215;
-- How many of the 230 are in the first parts follows from their ids.
select is((t.total in (100, 200), t.exact, t.facets::jsonb -> 'estimated')::text, '(t,f,true)', 'those of many results, counted in a sample, are said to be estimates, and the total the least there is')
  from agora.search_told('members', '''vf:0''', '{}', '{}', null, 100) t;
update agora.search_share set share = 16777216;
select cmp_ok((pg_temp.search('cem', '''vf:0''') #>> '{facets,level,0,count}')::integer, '>', 150, 'of all who match');
select is(agora.search_facets_told('cc:CH cc:CH vf:0 vf:0 vf:0 vf:0 vf:0 vf:0 vf:0 cc:AT cc:AT cc:AT', 3, 67.3)::jsonb,
          '{"topic": [], "country": [{"value": "AT", "label": "Austria", "count": 200}], "level": [{"value": "0", "label": "Not checked", "count": 470}], "estimated": true}',
          'an estimate has two digits; fewer than three that were counted are not told');

-- A rebuild by portions
create temp table before as select s.* from agora.search s;
create temp table build as select * from agora.search_rebuild_begin(20, 50);
select is((select portions from build), ceil((select count(*) from agora.profile) / 50.0)::bigint, 'a rebuild goes by portions');
select agora.search_rebuild_some(build, 0, 2) from build;
select pg_temp.patch('many5', '{"fields": {"title": {"value": "Midwayword"}}}');
select is(pg_temp.found('cem', '''midwayword'''), '{many5}', 'a change during a rebuild is found at once');
select agora.search_rebuild_some(build, 2, portions) from build;
select agora.search_rebuild_index(build, n) from build, generate_series(1, (select count(*)::integer from agora.search_rebuild_tables())) n;
select pg_temp.patch('many6', '{"fields": {"title": {"value": "Lateword"}}}');
create temp table ended as select e.* from build, agora.search_rebuild_end(build) e;
select is((select strata from ended), (select count(*)::integer from agora.search_stratum where tier = 'members'), 'it tells the strata');
select is((select members from ended), (select count(*) from agora.search where tier = 'members'), 'and who can be found');
select is(pg_temp.found('cem', '''midwayword'' | ''lateword''') @> '{many5,many6}', true, 'and has the changes that came meanwhile');
select is((select count(*) from agora.search s full join before b using (tier, account_id)
            where s is distinct from b and s.account_id not in (pg_temp.id('many5'), pg_temp.id('many6'))), 0::bigint, 'the other rows are the same');
select is((select count(*) from agora.search s join agora.search_stratum t on t.tier = s.tier and s.quality >= t.low and s.quality < t.high),
          (select count(*) from agora.search), 'every row is in its stratum');
select throws_ok('select agora.search_rebuild_some(build, 0, 1) from build', 'AG003', null, 'who works for a rebuild that is over is refused');
update agora.search_sample set facets = '{cc:XX}' where account_id = pg_temp.id('many5');
delete from agora.search_sample where account_id = pg_temp.id('many7');
insert into agora.search_dirty (account_id) values (pg_temp.id('many8'));
select agora.search_rebuild_sample();
select is((select count(*) from agora.search_sample s full join agora.search r using (tier, account_id)
            where (s.facets, s.terms) is distinct from (r.facets, r.terms) and account_id <> pg_temp.id('many8')), 0::bigint,
          'then the sample is made what the search is');
select is((select count(*) from agora.search_sample s where s.account_id = pg_temp.id('many8')), 0::bigint, 'without those who are to be made anew');
delete from agora.search_dirty;
select agora.search_rebuild_sample();

-- Beginnings of words
select is(agora.search_expanded('members', E'\001Engin\001:* & !(\001many22\001:*)')::text, '''engineer'' & !( ''many22'' | ''many220'' | ''many221'' | ''many222'' | ''many223'' | ''many224'' | ''many225'' | ''many226'' | ''many227'' | ''many228'' | ''many229'' )',
          'are spelt out as the words that there are');
select is(agora.search_expanded('members', E'\001many\001:*')::text, '''many'':*', 'unless there are too many');
select is(agora.search_expanded('members', E'\001nosuchbeginning\001:*')::text, '''nosuchbeginning''', 'or none');
select is((select count(*) from (select t.lexeme from agora.search s, unnest(s.terms) t where t.lexeme !~ '[:=]' except select w.word from agora.search_word w) m),
          0::bigint, 'every word is known');
select pg_temp.patch('many7', '{"fields": {"title": {"value": "Passingword"}}}');
select is((select count(*) from agora.search_word where word = 'passingword'), 1::bigint, 'from the change that brings it');
select is((select bool_or(named) from agora.search_word where word = 'passingword'), false, 'as no name''s');
select pg_temp.patch('many7', '{"fields": {"shown_name": {"value": "Many Passingword"}}}');
select is((select bool_or(named) from agora.search_word where word = 'passingword'), true, 'until it is in one');

-- A row that a change does not reach
create function pg_temp.at(near agora.tier) returns text language sql as $$
  select s.tableoid::text || s.ctid from agora.search s where s.account_id = pg_temp.id('many7') and s.tier = near
$$;
select pg_temp.patch('many7', '{"fields": {"shown_name": {"value": "Many Seven"}, "about": {"value": "Hello.", "tier": "members"}}}');
create temp table stays as select pg_temp.at('public') as open, pg_temp.at('members') as near;
select pg_temp.patch('many7', '{"fields": {"about": {"value": "Goodbye."}}}');
select is(pg_temp.at('public'), (select open from stays), 'is not written again');
select isnt(pg_temp.at('members'), (select near from stays), 'as the other is');
select pg_temp.patch('many7', '{"fields": {"title": {"value": "Engineer"}}}');
update agora.search_sample set terms = 'gone' where account_id = pg_temp.id('many8');
delete from agora.search_sample where account_id = pg_temp.id('many9');
insert into agora.search_sample select tier, part % 7 + 1, account_id, facets, terms from agora.search_sample where account_id = pg_temp.id('many10');
select agora.search_rebuild(20);
select is((select count(*) from agora.search_sample s full join agora.search r using (tier, account_id)
            where (s.facets, s.terms, s.part) is distinct from (r.facets, r.terms, agora.search_part(r.account_id, 16777216))), 0::bigint, 'a rebuild mends the sample');
select is((select count(*) from agora.search_word where word = 'passingword'), 0::bigint, 'until the rebuild after the last who had it is gone');

-- Completion
select is(agora.topic_complete(null, 'RENAMED', 5)::jsonb #>> '{items,0,label}', 'Renamedlabel', 'a topic is completed by the beginning of a word');
select is(agora.topic_complete(null, 'xyzzy', 5)::jsonb, '{"items": []}', 'what is no beginning completes to nothing');
select is(agora.topic_complete(null, ' ', 5)::jsonb, '{"items": []}', 'nobody has seen a topic used by three');

select * from finish();
rollback;
