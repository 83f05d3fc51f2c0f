-- Import of taxonomies: what is new, renamed, gone, without a place, within itself; several schemes; and what
-- was made here outlives every import.
begin;
\ir ../lib/profiles.psql
select no_plan();

-- An import of facts, written as lines "kind subject object lang label", parts by |.
create function pg_temp.import(lines text, scheme text default 'craft', retire boolean default false) returns jsonb language plpgsql as $$
declare
  report jsonb;
begin
  perform agora.topic_import_begin();
  perform agora.topic_import_facts((
    select jsonb_agg(jsonb_build_object('kind', f[1], 'subject', 'http://craft.test/' || f[2],
             'object', 'http://craft.test/' || nullif(f[3], ''), 'lang', f[4], 'label', f[5]))::text
      from regexp_split_to_table(btrim(lines, E' \n'), '\s*\n\s*') l (line) cross join lateral string_to_array(l.line, '|') f));
  report := agora.topic_import_end(scheme, null, null, retire);
  drop table pg_temp.topic_fact, pg_temp.topic_seen, pg_temp.topic_name, pg_temp.topic_touched, pg_temp.topic_link, pg_temp.topic_edge;
  return report;
end $$;
create function pg_temp.concept(name text) returns text language sql as $$ select id from agora.concept where iri = 'http://craft.test/' || name $$;
create function pg_temp.labels(name text) returns text language sql as $$
  select string_agg(format('%s %s %s', lang, kind, label), '; ' order by lang, kind, label) from agora.concept_label where concept_id = pg_temp.concept(name)
$$;

create temp table report (n serial, r jsonb);
insert into report (r) select pg_temp.import($$
  y|scheme|||
  s|scheme||de|Handwerk
  s|scheme||en|Crafts and trades
  c|craft|||
  t|craft|scheme||
  p|craft||en|Crafts
  p|craft||de|Handwerk
  c|wood|||
  b|wood|craft||
  p|wood||en|Woodwork
  c|joinery|||
  b|joinery|wood||
  b|joinery|craft||
  p|joinery||en|Joinery
  a|joinery||en|Fine   carpentry
  h|joinery||en|Joynery
  p|joinery||de|Tischlerei
  r|joinery|glue||
  e|joinery|elsewhere||
  c|glue|||
  p|glue|||Glueing
  c|nameless|||
  a|nameless||en|Other
$$);
select is(r -> 'new', '4', 'new concepts are counted') from report where n = 1;
select is((select title from agora.scheme where id = 'craft'), 'Crafts and trades', 'the scheme is called as the file says, in English');
select is(r -> 'nameless', '["http://craft.test/nameless"]', 'one without a preferred label is told and left out') from report where n = 1;
select is(r -> 'no_language', '1', 'labels that do not tell their language are counted') from report where n = 1;
select is(r #>> '{orphans,0,label}', 'Glueing', 'one without a place is told') from report where n = 1;
select is(jsonb_array_length(r -> 'orphans'), 1, 'a top concept is none') from report where n = 1;
select is(r -> 'unknown_links', '1', 'so are links to what is not here') from report where n = 1;
select is(r -> 'cycles', '[]', 'there is no circle') from report where n = 1;
select is(pg_temp.labels('joinery'), 'de pref Tischlerei; en pref Joinery; en alt Fine carpentry; en hidden Joynery', 'labels come by language and kind, their spaces tidied');
select is((select label from agora.concept where id = pg_temp.concept('craft')), 'Crafts', 'what has an English name is called so where the language does not matter');
select is((select label from agora.concept where id = pg_temp.concept('glue')), 'Glueing', 'what has none is called what it is');
select results_eq(format('select ancestor_id, distance from agora.concept_ancestor where concept_id = %L order by 2, 1', pg_temp.concept('joinery')),
  format('values (%L, 0), (least(%L, %3$L), 1), (greatest(%2$L, %3$L), 1)', pg_temp.concept('joinery'), pg_temp.concept('wood'), pg_temp.concept('craft')),
  'a concept lies within all that is broader, by the shortest way');

-- The same again changes nothing.
insert into report (r) select pg_temp.import($$
  c|craft|||
  t|craft|scheme||
  p|craft||en|Crafts
  p|craft||de|Handwerk
  c|wood|||
  b|wood|craft||
  p|wood||en|Woodwork
  c|joinery|||
  b|joinery|wood||
  b|joinery|craft||
  p|joinery||en|Joinery
  a|joinery||en|Fine carpentry
  h|joinery||en|Joynery
  p|joinery||de|Tischlerei
  r|joinery|glue||
  c|glue|||
  p|glue|||Glueing
$$);
select is(r - '{labels,concepts,languages,orphans,no_language}'::text[],
  '{"new": 0, "gone": [], "cycles": [], "scheme": "craft", "changed": 0, "renamed": 0, "left_out": 0, "nameless": [], "elsewhere": 0, "unknown_links": 0}',
  'the same file again changes nothing') from report where n = 2;

-- Made here: a label, a preferred one, a place.
select pg_temp.member('ann'), pg_temp.member('bob');
select pg_temp.patch('ann', format('{"topics": {"expertise": {"items": ["%s"]}}}', pg_temp.concept('joinery')));
select pg_temp.patch('bob', format('{"topics": {"expertise": {"items": ["%s"]}}}', pg_temp.concept('wood')));
select agora.topic_label_set(null, pg_temp.concept('joinery'), 'en', 'Cabinet making', 'alt');
select agora.topic_label_set(null, pg_temp.concept('wood'), 'en', 'Working in wood', 'pref');
select agora.topic_place(null, pg_temp.concept('glue'), pg_temp.concept('wood'));
select agora.search_refresh(100);
insert into report (r) select pg_temp.import($$
  c|craft|||
  t|craft|scheme||
  p|craft||en|Handicraft
  c|wood|||
  b|wood|craft||
  p|wood||en|Woodwork
  c|joinery|||
  b|joinery|craft||
  p|joinery||en|Joinery
  p|joinery||fr|Menuiserie
  c|glue|||
  b|glue|joinery||
  p|glue||en|Glueing
  c|new|||
  d|new|||true
  p|new||en|Old hat
$$, retire => true);
select is(r -> 'renamed', '3', 'concepts of which a preferred label is another or gone are counted') from report where n = 3;
select is(pg_temp.labels('joinery'), 'en pref Joinery; en alt Cabinet making; fr pref Menuiserie', 'labels of the file follow it, one made here stays');
select is(pg_temp.labels('wood'), 'en pref Working in wood; en alt Woodwork', 'a preferred label chosen here stays, the file''s is another name');
select results_eq(format('select other_id from agora.concept_relation where concept_id = %L and link = ''broader''', pg_temp.concept('glue')),
  format('values (%L)', pg_temp.concept('wood')), 'a place given here stays');
select is(pg_temp.concept('new'), null, 'what the file calls deprecated does not come in');
select is((select array_agg(account_id) from agora.search_dirty), array[pg_temp.id('ann')], 'whose topic has other labels or another place waits to be made anew, nobody else');
select agora.search_refresh(100);
select is(pg_temp.found('bob', '''menuiserie'''), '{ann}', 'and is found by a label of any language then');
select is(pg_temp.found('bob', '''joynery'''), '{}', 'and no more by one that is gone');

-- Gone, retired, and back.
insert into report (r) select pg_temp.import($$
  c|craft|||
  t|craft|scheme||
  p|craft||en|Handicraft
$$, retire => true);
select is(r #>> '{gone,1,label}', 'Joinery', 'what the file no longer has is told') from report where n = 4;
select is(r #>> '{gone,1,members}', '1', 'with how many members have it') from report where n = 4;
select is(agora.topic_complete(null, 'joinery', 10)::jsonb, '{"items": []}', 'retired, it is offered to nobody');
select is(pg_temp.page('bob', 'ann') #>> '{topics,expertise,0,label}', 'Joinery', 'who has it keeps it');
select pg_temp.import($$
  c|joinery|||
  b|joinery|craft||
  p|joinery||en|Joinery
$$);
select is(agora.topic_complete(null, 'joinery', 10)::jsonb #>> '{items,0,id}', pg_temp.concept('joinery'), 'back in the file, it is offered again');
select isnt((select retired_at from agora.concept where id = pg_temp.concept('wood')), null, 'without --retire nothing else changes its state');

-- Circles
insert into report (r) select pg_temp.import($$
  c|one|||
  b|one|two||
  p|one||en|One
  c|two|||
  b|two|three||
  p|two||en|Two
  c|three|||
  b|three|one||
  p|three||en|Three
  c|tail|||
  b|tail|one||
  p|tail||en|Tail
$$, 'round');
select is((select array_agg(c ->> 'label') from jsonb_array_elements(r -> 'cycles') c), '{One,Three,Two}', 'those that lie within themselves are told, not those below') from report where n = 6;

-- Another scheme
insert into report (r) select pg_temp.import($$
  c|joinery|||
  p|joinery||en|Taken over
  c|bench|||
  p|bench||en|Workbench
  e|bench|wood||
$$, 'tools');
select is(r -> 'elsewhere', '1', 'a concept of another scheme is not taken over') from report where n = 7;
select is(pg_temp.labels('joinery'), 'en pref Joinery; en alt Cabinet making', 'nor its labels changed');
select pg_temp.patch('ann', format('{"topics": {"expertise": {"items": ["%s"]}}}', pg_temp.concept('bench')));
select is((select array_agg(w order by w) from unnest(pg_temp.found('ann', format('''x:%s''', pg_temp.concept('wood')))) w), '{ann,bob}', 'what matches exactly in another scheme is found by it');
select is(agora.topic_detail(pg_temp.concept('wood'))::jsonb #>> '{same,0,label}', 'Workbench', 'and shown with it, whichever way it was written');

select * from finish();
rollback;
