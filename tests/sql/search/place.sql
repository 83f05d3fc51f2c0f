-- Places: which one a name means, what is near, how far it is told to be, and that a member's place is
-- found, completed and measured for those alone who may see it.
begin;
\ir ../lib/profiles.psql
select no_plan();

-- Names and where they are.
select is((agora.place_named(n)).id, id, format('%s is the place meant', n))
  from (values ('2657896', '2657896'), ('Zürich', '2657896'), ('ZURICH', '2657896'), ('zurigo', '2657896'), ('Цюрих', '2657896'),
               ('München', '2867714'), ('Munich, Germany', '2867714'), ('Paris', '2988507'), ('Paris, Texas', '4717560'), ('paris tx', '4717560'),
               ('Paris FR', '2988507'), ('CH.ZH', 'CH.ZH'), ('Bavaria', 'DE.02'), ('CH', 'CH'), ('Schweiz', 'CH'), ('Rio de Janeiro', '3451190'),
               ('Zürichx', null), ('Paris, Bavaria', null), ('', null), ('  ', null), ('0', null), ('99999999999', null)) t (n, id);

create function pg_temp.complete(typed text, most integer default 8) returns text[] language sql as $$
  select coalesce(array_agg(i.place ->> 'name' order by i.n), '{}')
    from jsonb_array_elements(agora.place_complete(typed, most)) with ordinality i (place, n)
$$;
select is((pg_temp.complete('mün'))[1], 'München', 'completion shows the name that was begun');
select is((pg_temp.complete('mun'))[1], 'Munich', 'or the usual one');
select is((pg_temp.complete('zur'))[1:2] @> '{Zürich}', true, 'the largest come first, and what is a name to few behind');
select is((select c ->> 'id' from jsonb_array_elements(agora.place_complete('zuri', 8)) with ordinality i (c, n) order by n limit 1), '2657896',
          'the town comes before the region that is called after it');
select is(pg_temp.complete('janeiro') @> '{"Rio de Janeiro"}', true, 'words within a name complete too');
select is(pg_temp.complete('paris tex'), '{Paris}', 'words behind a name say where it is');
select is(agora.place_complete('paris tex', 8) -> 0 ->> 'area', 'Texas, United States', 'and the place says so too');
select is(cardinality(pg_temp.complete('s', 5)), 5, 'no more than asked for');
select is(pg_temp.complete(t), '{}', format('nothing for “%s”', t)) from unnest('{"",--,qqqzzz,"''","%","\\"}'::text[]) t;

select is(pg_temp.complete('san francisco cal'), '{"San Francisco","South San Francisco"}', 'also behind a name of several words');
select is(pg_temp.complete('san benito tex'), '{"San Benito"}', 'and of a small town');

-- The short way to the largest gives what ordering all of them would.
select results_eq(format('select population from agora.place_begins(%L, %s)', b, m),
                  format('select population from agora.place_name where starts_with(folded, %L) order by population desc limit %s', b, m),
                  format('the %s largest of %s', m, b))
  from unnest('{s,sa,san,new,la,q,qx,м,мос,東,ß,s a}'::text[]) b, unnest('{8,108,1000,3000}'::integer[]) m;
select is_empty($$select * from agora.place_begins('', 8)$$, 'nothing begins with nothing');

-- Folding a list at once is folding each.
select is(agora.fold_each(l), array(select agora.fold(t) from unnest(l) with ordinality u (t, n) order by n), 'folded as one by one: ' || l::text)
  from (values ('{Zürich}'::text[]), ('{"","--",Ωσ,ΟΔΥΣΣΕΥΣ,"́a","é","Ⅷ","ﬁ",x0gap,gap0x," a  b ","İ","ß",東京}'), ('{"",""}')) v (l);
select is_empty($$select name, folded from agora.place_name where rank < 1000 and population > 3000000 and folded <> agora.fold(name)$$,
                'names are kept as search compares them');
select is_empty($$select from agora.place_name n where not exists (select from agora.place p where p.id = n.place_id and p.population = n.population)$$,
                'and each is that of a place');

-- Near: every city within and none beyond, whether named one by one or by cells.
create function pg_temp.within(place text, km integer) returns setof text language sql as $$
  select 'pl:' || b.id
    from agora.place a, agora.place b
   where a.id = place and b.kind = 'city'
     and 2 * 6371 * asin(sqrt(power(sind((b.latitude - a.latitude) / 2), 2)
                              + cosd(a.latitude) * cosd(b.latitude) * power(sind((b.longitude - a.longitude) / 2), 2))) <= km
$$;
create function pg_temp.reached(place text, km integer) returns setof text language sql as $$
  with term as materialized (select t from agora.place_near(place, km) t)
  select 'pl:' || p.id
    from agora.place p
   where p.kind = 'city'
     and ('pl:' || p.id in (select t from term) or 'ka:' || p.cell in (select t from term) or 'kb:' || p.wide in (select t from term))
$$;
select results_eq(format('select * from pg_temp.reached(%L, %s) order by 1', p, km), format('select * from pg_temp.within(%L, %s) order by 1', p, km),
                  format('within %s km of %s', km, p))
  from (values ('2657896', 1), ('2657896', 50), ('2657896', 300), ('2657896', 1000), ('2193733', 400), ('4038794', 1500), ('3413829', 500)) t (p, km);
select ok((select count(*) between 1 and 500 from agora.place_near(p, km)), format('at most 500 terms for %s km of %s', km, p))
  from unnest('{2657896,1850147,1275339,2643743,3441575,2729907}'::text[]) p, unnest('{1,150,500,2000,100000}'::integer[]) km
 where exists (select from agora.place q where q.id = p);
select results_eq($$select * from agora.place_near('CH.ZH', 50)$$, $$values ('pl:ch.zh')$$, 'a region is who is in it');
select is_empty($$select * from agora.place_near('no such town', 50)$$, 'nothing for what is no place');

select is(agora.place_distance('2657896', '2867714'), 250, 'Zürich to Munich, 242 km, is told as 250');
select is(agora.place_distance('2657896', '2657896'), 10, 'the same town is within 10');
select is(agora.place_distance('2657896', 'CH.ZH'), null, 'a region has no distance');
select is((select count(*) from agora.place a, agora.place b, agora.place_distance(a.id, b.id) d
            where a.country = 'CH' and b.country = 'CH' and a.kind = 'city' and b.kind = 'city' and a.population > 100000 and b.population > 50000
              and d % 10 <> 0), 0::bigint, 'distances are round');

-- A member's place.
select pg_temp.member(n, 1) from unnest('{ann,bob,cem,dia}'::text[]) n;
select is(pg_temp.patch('ann', '{"fields": {"place_id": {"value": "2657896"}}}') #>> '{fields,place,value}', 'Zürich', 'a place from the list names itself');
select is(pg_temp.patch('ann', '{"fields": {"place": {"value": "Zürich-West"}, "place_id": {"value": "2657896"}}}') #>> '{fields,place_id,value}', '2657896',
          'words of one''s own may stand for it');
select is(pg_temp.patch('ann', '{"fields": {"place": {"tier": "members"}}}') #>> '{fields,place_id,value}', '2657896', 'who may see it changes by itself');
select is(pg_temp.patch('ann', '{"fields": {"place": {"value": "Elsewhere"}}}') #>> '{fields,place_id,value}', null, 'other words are no place on the list');
select throws_ok(format('select pg_temp.patch(%L, %L)', 'ann', p), 'AG004', m, m)
  from (values ('{"fields": {"place_id": {"value": "1"}}}', 'Choose a place from the list.'),
               ('{"fields": {"place_id": {"value": 2657896.5}}}', 'Choose a place from the list.'),
               ('{"fields": {"place_id": {"value": []}}}', 'Choose a place from the list.')) t (p, m);
select throws_ok(format('select pg_temp.patch(%L, %L)', 'ann', '{"fields": {"place_id": {"tier": "public"}}}'), 'AG004');

select pg_temp.patch('ann', '{"fields": {"place": {"value": "Züri"}, "place_id": {"value": "2657896"}}}');
select pg_temp.patch('bob', '{"fields": {"place_id": {"value": "2661552"}}}'); -- Bern
create function pg_temp.near(viewer text, place text, km integer) returns text[] language sql as $$
  select pg_temp.found(viewer, (select string_agg(quote_literal(t), ' | ') from agora.place_near(place, km) t))
$$;
select is(pg_temp.near('cem', 'Winterthur', 30), '{ann}', 'who is within is found');
select is(pg_temp.near('cem', 'Bern', 1), '{bob}', 'who is in the town itself too');
select is((select array_agg(n order by n) from unnest(pg_temp.near('cem', 'Bern', 150)) n), '{ann,bob}', 'and all within a wider circle');
select is((select array_agg(n order by n) from unnest(pg_temp.near('cem', 'Paris', 1500)) n), '{ann,bob}', 'also where cells stand for towns');
select is(pg_temp.near('cem', 'CH.ZH', 1), '{ann}', 'or in a region');
select is(pg_temp.found('cem', '''p:zurich'' & ''p:switzerland'''), '{ann}', 'the words of the place on the list find too');

create function pg_temp.far(viewer text, origin text default null) returns jsonb language sql as $$
  select jsonb_object_agg(w.name, i.item -> 'distance_km')
    from jsonb_array_elements(agora.search_page(pg_temp.id(viewer), E'\001testperson\001', '{}', '{}', '{}', '{}', 100, null, origin)::jsonb -> 'items') i (item)
    join who w on w.handle = i.item ->> 'handle'
$$;
select is(pg_temp.far('cem'), '{"ann": null, "bob": null, "cem": null, "dia": null}', 'no distance without a place of one''s own');
select is(pg_temp.far('cem', 'Winterthur'), '{"ann": 30, "bob": 150, "cem": null, "dia": null}',
          'from the place asked for');
select pg_temp.patch('cem', '{"fields": {"place_id": {"value": "2661552"}, "place": {"tier": "self"}}}');
select is(pg_temp.far('cem') -> 'bob', '10', 'from one''s own, hidden though it is from others');
select is(pg_temp.far('bob') ->> 'cem', null, 'and nobody else measures to it');
select is(pg_temp.page('cem', 'ann') -> 'distance_km', pg_temp.far('cem') -> 'ann', 'the page tells the same as the card');

select pg_temp.patch('dia', '{"fields": {"headline": {"value": "\"place_id\": \"2657896\", \\\"place_id\": \"2657896\""}}}');
select is(pg_temp.far('cem') ->> 'dia', null, 'words that look like a place in a card are none');

-- A hidden place: nobody is nearer for it, no card tells it, no page measures it.
create function pg_temp.answers(viewer text) returns text[] language sql as $$
  select array[(select p::text from agora.member_page(pg_temp.id(viewer), 'ann-test', null) p),
               agora.member_card(pg_temp.id(viewer), pg_temp.id('ann'))::text,
               pg_temp.search(viewer, '''testperson''', 100)::text, pg_temp.far(viewer)::text, pg_temp.far(viewer, 'Bern')::text]
         || array(select pg_temp.near(viewer, p, km)::text from (values ('Zürich', 1), ('Zürich', 600), ('CH.ZH', 1), ('CH', 1), ('Bern', 200)) t (p, km))
         || array(select pg_temp.search(viewer, q, 100)::text from unnest('{''p:zurich'',''p:switzerland'',''ka:49508'',''kb:3100''}'::text[]) q)
$$;
create function pg_temp.hidden_shows(tier text, viewer text) returns setof text language plpgsql as $$
declare
  before text[];
  value text;
begin
  foreach value in array '{"2657896",null,"2661552","1850147","CH.ZH","CH"}'::text[] loop
    perform pg_temp.patch('ann', jsonb_build_object('fields', jsonb_build_object(
      'place', jsonb_build_object('tier', tier, 'value', 'Somewhere'), 'place_id', jsonb_build_object('value', value)))::text);
    before := coalesce(before, pg_temp.answers(viewer));
    return next is(pg_temp.answers(viewer), before, format('%s for %s: no answer for %s changes', value, tier, coalesce(viewer, 'nobody')));
  end loop;
end $$;
select pg_temp.patch('ann', '{"fields": {"shown_name": {"tier": "public"}}}');
select pg_temp.hidden_shows(tier, viewer) from (values ('self', 'cem'), ('contacts', 'cem'), ('self', null), ('members', null)) t (tier, viewer);
select pg_temp.patch('ann', '{"fields": {"place": {"tier": "members"}, "place_id": {"value": "2657896"}}}');
create temp table before as select pg_temp.answers('cem') as answers;
select pg_temp.patch('ann', '{"fields": {"place_id": {"value": "1850147"}}}');
select isnt(pg_temp.answers('cem'), (select answers from before), 'the test can fail: a place that may be seen shows');

-- An import may be repeated, and brings what changed to who is there.
delete from agora.search_dirty;
create temp table again as select agora.place_import(jsonb_build_array(jsonb_build_object(
  'id', '999999901', 'kind', 'city', 'country', 'CH', 'region', 'CH.ZH', 'lat', 47, 'lon', 8, 'population', 5, 'name', 'Neustadt', 'names', '["Newtown"]'::jsonb))::text)::text as got;
select is((select got from again), '(1,0)', 'a place that is new');
select is(agora.place_import(jsonb_build_array(jsonb_build_object(
  'id', '999999901', 'kind', 'city', 'country', 'CH', 'region', 'CH.ZH', 'lat', 47, 'lon', 8, 'population', 5, 'name', 'Neustadt', 'names', '["Newtown"]'::jsonb))::text)::text,
  '(0,0)', 'the same again is nothing');
select pg_temp.patch('dia', '{"fields": {"place_id": {"value": "999999901"}}}');
select is(agora.place_import(jsonb_build_array(jsonb_build_object(
  'id', '999999901', 'kind', 'city', 'country', 'CH', 'lat', 48, 'lon', 8, 'population', 6, 'name', 'Neustadt', 'names', '[]'::jsonb))::text)::text,
  '(0,1)', 'what changed is told');
select is((agora.place_named('Newtown, Switzerland')).id, null, 'a name that it lost does not find it');
select is((select array_agg(account_id) from agora.search_dirty), array[pg_temp.id('dia')], 'who is there is made anew');

select * from finish();
rollback;
