-- A hidden value changes no answer that others get: not what matches, counts, orders or completes, not
-- even the version of a page.
begin;
\ir lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{ann,bob,cem,dia,eve,stranger}'::text[]) n;
create temp table topic as select id, row_number() over (order by id) as n from agora.concept where notation = 'topic' order by id limit 4;
create function pg_temp.topic(n integer) returns text language sql as $$ select id from topic t where t.n = $1 $$;
select pg_temp.patch(name, format('{"fields": {"shown_name": {"tier": "public"}}, "topics": {"expertise": {"items": [%s, %s], "tier": "public"}}}',
                                  to_json(pg_temp.topic(1)), to_json(pg_temp.topic(2)))) from who;

-- Everything that a viewer can ask which might tell of ann.
create function pg_temp.answers(viewer text) returns text[] language sql as $$
  select array[
    (select p::text from agora.member_page(pg_temp.id(viewer), (select handle from who where name = 'ann'), null) p),
    agora.member_card(pg_temp.id(viewer), pg_temp.id('ann'))::text,
    agora.topic_complete(pg_temp.id(viewer), '', 100),
    agora.topic_complete(pg_temp.id(viewer), 'a', 100),
    agora.search_complete(pg_temp.id(viewer), 'newword', 20),
    agora.search_complete(pg_temp.id(viewer), 'testperson', 3),
    array(select agora.search_spelling(pg_temp.id(viewer), array['Newwrod', 'Oldwodr', 'Testprson']))::text]
  || array(select pg_temp.search(viewer, q, 3)::text
             from unnest(array['''vf:0''', '''testperson''', '''oldword''', '''newword''', '''a:oldword''', '''a:newword''', '''p:oldword''', '''p:newword''',
                               '''g:oldword''', '''g:newword''', '''cc:fj''', '''cc:to''', '''p:fiji''', '''l:fj''', '''l:to''', '!''l:to'' & ''vf:0''',
                               '''op:any''', '''op:mentor''', '!''op:hire'' & ''vf:0''']) q)
  || array(select pg_temp.search(viewer, format('''%s:%s''', l, id), 3)::text from unnest('{t,x,i,s,o}'::text[]) l, topic)
$$;

create temp table hidden (part text, values jsonb[]);
insert into hidden
select format('{fields,%s}', f), array['{"value": "Oldword"}', '{"value": "Newword"}', '{"value": null}']::jsonb[]
  from unnest('{headline,about,organisation,title,place}'::text[]) f
union all values
  ('{fields,country}', array['{"value": "FJ"}', '{"value": "TO"}', '{"value": null}']::jsonb[]),
  ('{fields,languages}', array['{"value": ["fj"]}', '{"value": ["to"]}', '{"value": null}']::jsonb[]),
  ('{fields,open_to}', array['{"value": ["mentor"]}', '{"value": ["speak", "hire"]}', '{"value": null}']::jsonb[])
union all
select format('{topics,%s}', k), array[jsonb_build_object('items', jsonb_build_array(pg_temp.topic(3))),
                                       jsonb_build_object('items', jsonb_build_array(pg_temp.topic(4), pg_temp.topic(1))), '{"items": []}']
  from unnest('{interest,seeking,offering}'::text[]) k;

create function pg_temp.nothing_shows(h hidden) returns setof text language plpgsql as $$
declare
  tier text;
  viewer text;
  value jsonb;
  before text[];
  patch jsonb;
begin
  foreach tier in array '{self,contacts}'::text[] loop
    foreach viewer in array '{NULL,stranger}'::text[] loop
      before := null;
      foreach value in array h.values loop
        patch := jsonb_build_object((h.part::text[])[1], jsonb_build_object((h.part::text[])[2], value || jsonb_build_object('tier', tier)));
        perform pg_temp.patch('ann', patch::text);
        before := coalesce(before, pg_temp.answers(viewer));
        return next is(pg_temp.answers(viewer), before, format('%s for %s as %s: no answer for %s changes', h.part, tier, value, coalesce(viewer, 'nobody')));
      end loop;
    end loop;
  end loop;
end $$;
select pg_temp.nothing_shows(h) from hidden h;

-- The test can fail: the same change of a visible value shows.
create temp table before as select pg_temp.answers('stranger') as a;
select pg_temp.patch('ann', '{"fields": {"title": {"value": "Newword", "tier": "members"}}}');
select isnt(pg_temp.answers('stranger'), (select a from before), 'a visible value shows in the answers of members');
select pg_temp.patch('ann', '{"fields": {"title": {"value": null}}}');

-- A block shows to nobody else.
create temp table before_block as select pg_temp.answers(null) as nobody, pg_temp.answers('bob') as bob;
select pg_temp.block('ann', 'stranger');
select is(pg_temp.answers(null), nobody, 'a block between two changes nothing for nobody') from before_block;
select is(pg_temp.answers('bob'), bob, 'nor for a third') from before_block;
select is((pg_temp.search('stranger', '''vf:0''', 3) #>> '{total,count}')::integer, 5, 'but for the one blocked there is one fewer');
select is(pg_temp.search('stranger', format('''x:%s''', pg_temp.topic(1)), 3) #>> '{facets,topic,0,count}', '5', 'in the facets too');

select * from finish();
rollback;
