-- Each value is seen by the viewers of its tier and nearer ones, and by nobody else, on every way.
begin;
\ir lib/profiles.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,stranger,friend,foe}'::text[]) n;
select pg_temp.connect('friend', 'ann');
select pg_temp.block('ann', 'foe');
select id as topic from agora.concept where notation = 'topic' order by id limit 1 \gset

-- Values that are found by nobody else.
select pg_temp.patch('ann', format('{
  "fields": {"shown_name": {"tier": "public"}, "headline": {"value": "Headlineword"}, "about": {"value": "Aboutword"},
             "organisation": {"value": "Organisationword"}, "title": {"value": "Titleword"}, "country": {"value": "FJ"},
             "place": {"value": "Placeword"}, "languages": {"value": ["fj"]}},
  "topics": {"expertise": {"items": [%1$s]}, "interest": {"items": [%1$s]}, "seeking": {"items": [%1$s]}, "offering": {"items": [%1$s]}}}',
  to_json(:'topic'::text)));

create temp table part (name text, grp text, path text[], query text);
insert into part values
  ('headline', 'fields', '{headline}', '''a:headlineword'''), ('about', 'fields', '{about}', '''a:aboutword'''),
  ('organisation', 'fields', '{organisation}', '''organisationword'''), ('title', 'fields', '{title}', '''titleword'''),
  ('country', 'fields', '{country}', '''cc:fj'''), ('place', 'fields', '{place}', '''p:placeword'''),
  ('languages', 'fields', '{languages}', '''l:fj'''), ('expertise', 'topics', '{topics,expertise}', '''x:%s'''),
  ('interest', 'topics', '{topics,interest}', '''i:%s'''), ('seeking', 'topics', '{topics,seeking}', '''s:%s'''),
  ('offering', 'topics', '{topics,offering}', '''o:%s''');
update part set query = format(query, :'topic');

-- What each viewer sees when a part has a tier: the page has it, the search finds by it.
create temp table viewer (name text, near agora.tier);
insert into viewer values (null, 'public'), ('stranger', 'members'), ('friend', 'contacts'), ('ann', 'self');

create function pg_temp.tiers_of(p part) returns setof text language plpgsql as $$
declare
  tier agora.tier;
  v viewer;
begin
  foreach tier in array enum_range(null::agora.tier) loop
    perform pg_temp.patch('ann', jsonb_build_object(p.grp, jsonb_build_object(p.name, jsonb_build_object('tier', tier)))::text);
    for v in select * from viewer loop
      return next is(pg_temp.page(v.name, 'ann') #> p.path is not null, tier <= v.near,
                     format('%s for %s: on the page of %s', p.name, tier, coalesce(v.name, 'nobody')));
      -- What is for oneself finds nobody, not even for oneself.
      return next is(pg_temp.found(v.name, p.query),
                     case when tier <= case v.near when 'self' then 'members' else v.near end then '{ann}' else '{}' end::text[],
                     format('%s for %s: in the search of %s', p.name, tier, coalesce(v.name, 'nobody')));
    end loop;
  end loop;
end $$;
select pg_temp.tiers_of(p) from part p;

-- Blocked, suspended, hidden
select is(pg_temp.page('foe', 'ann'), null, 'who is blocked finds no page');
select is(pg_temp.page('ann', 'foe'), null, 'nor does who blocked');
select is(pg_temp.found('foe', '''ann'''), '{}', 'who is blocked does not find by search');
select is(pg_temp.found('ann', '''foe'''), '{}', 'nor does who blocked');
select is(agora.member_card(pg_temp.id('foe'), pg_temp.id('ann')), null, 'who is blocked gets no card');
select is(pg_temp.search('foe', '''testperson''') #>> '{total,count}', '3', 'who is blocked does not count');
select is(pg_temp.search('stranger', '''testperson''') #>> '{total,count}', '4', 'for others they do');

update agora.account set state = 'suspended' where id = pg_temp.id('ann');
select is(pg_temp.page('friend', 'ann'), null, 'who is suspended has no page');
select is(pg_temp.found('friend', '''ann'''), '{}', 'and is not found');
select is(agora.viewer_tier(pg_temp.id('ann'), pg_temp.id('ann')), null, 'not even by themself');
update agora.account set state = 'active' where id = pg_temp.id('ann');
select is(pg_temp.found('friend', '''ann'''), '{ann}', 'who is active again is found again');

select pg_temp.patch('ann', '{"fields": {"shown_name": {"tier": "members"}, "headline": {"tier": "public"}}}');
select is(pg_temp.page(null, 'ann'), null, 'whose name is for members is not there for others, whatever else is public');
select is(pg_temp.found(null, '''a:headlineword'''), '{}', 'nor found by them');
select is(pg_temp.page('stranger', 'ann') ->> 'headline', 'Headlineword', 'members see them');

update agora.account set state = 'suspended' where id = pg_temp.id('stranger');
select is(agora.viewer_tier(pg_temp.id('stranger'), pg_temp.id('ann')), null, 'a viewer who is suspended sees what nobody in particular sees');

-- Preview
select is(pg_temp.page('ann', 'ann', 'members') - 'relation', pg_temp.page('friend', 'ann', null) - 'relation',
          'the preview shows what such a viewer sees (friend and members see the same now)');
select throws_ok($$ select pg_temp.page('friend', 'ann', 'public') $$, 'AG002', null, 'only the own profile has a preview');
select is(pg_temp.page('ann', 'ann', 'public'), null, 'the preview of a hidden name is: nothing');

select * from finish();
rollback;
