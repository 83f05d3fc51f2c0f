-- The order of results: what quality is made of, that nothing hidden is in it, what the search and the viewer
-- make of it, how exposure damps, and that pages are everyone once.
begin;
\ir ../lib/profiles.psql
select no_plan();

create function pg_temp.quality(name text, near agora.tier default 'members') returns integer language sql as $$
  select s.quality from agora.search s where s.account_id = pg_temp.id(name) and s.tier = near
$$;
create function pg_temp.merits(name text, near agora.tier default 'members') returns text[] language sql as $$
  select s.merits from agora.search s where s.account_id = pg_temp.id(name) and s.tier = near
$$;
-- The daily pass over everyone, from the beginning.
create function pg_temp.day_ends() returns integer language plpgsql as $$
declare
  n integer := 0;
  k integer;
begin
  update agora.search_daily set day = '2000-01-01';
  loop
    k := agora.search_daily(3);
    exit when k = 0;
    n := n + k;
  end loop;
  return n;
end $$;
-- Quality apart from luck, which is within 5 %.
create function pg_temp.near_to(a integer, b integer) returns boolean language sql as $$ select abs(a - b) <= 1310 $$;

select pg_temp.member('l' || n, n) from generate_series(0, 4) n;
select ok(pg_temp.quality('l0') < pg_temp.quality('l1') and pg_temp.quality('l1') < pg_temp.quality('l2') and pg_temp.quality('l2') < pg_temp.quality('l3'),
          'who is better known has more quality');

-- Time
select pg_temp.member('old', 2), pg_temp.member('new', 2);
update agora.account set created_at = now() - interval '3 years' where id = pg_temp.id('old');
select pg_temp.day_ends();
select ok('new' = any (pg_temp.merits('new')) and not 'new' = any (pg_temp.merits('old')), 'who joined lately is lifted');
select ok(pg_temp.quality('new') > pg_temp.quality('old') + 1310, 'by more than luck');
select ok(not 'fresh' = any (pg_temp.merits('old')), 'a profile of three years ago is not fresh');
select pg_temp.patch('old', '{"fields": {"headline": {"value": "Seen by nobody", "tier": "self"}}}');
select ok(not 'fresh' = any (pg_temp.merits('old')), 'nor is it by a change that nobody sees');
select pg_temp.patch('old', '{"fields": {"title": {"value": "Seen by members"}, "shown_name": {"tier": "public"}}}');
select ok('fresh' = any (pg_temp.merits('old')), 'it is by one that members see');
update agora.search_fresh set public_on = null where account_id = pg_temp.id('old');
select pg_temp.patch('old', '{"fields": {"title": {"value": "Seen by members only"}}}');
select pg_temp.day_ends();
select ok('fresh' = any (pg_temp.merits('old')) and not 'fresh' = any (pg_temp.merits('old', 'public')), 'for members, and for nobody else');
update agora.verification set verified_at = now() - interval '2 years' where account_id = pg_temp.id('new');
select pg_temp.quality('new') as q \gset
select agora.search_touch(pg_temp.id('new'));
select ok(not 'checked' = any (pg_temp.merits('new')) and pg_temp.quality('new') < :q, 'a check of two years ago counts for less');

-- Nothing hidden: two who differ in hidden values alone
select pg_temp.member('twin', 2), pg_temp.member('other', 2);
select pg_temp.patch('twin', '{"fields": {"about": {"value": "Long text", "tier": "contacts"}, "country": {"value": "FJ", "tier": "self"}, "place": {"value": "Suva", "tier": "contacts"}}}');
select is((select array[parts::text] || merits from agora.search where account_id = pg_temp.id('twin') and tier = 'members'),
          (select array[parts::text] || merits from agora.search where account_id = pg_temp.id('other') and tier = 'members'), 'hidden values are no part of it');
select ok(pg_temp.near_to(pg_temp.quality('twin'), pg_temp.quality('other')), 'their quality differs by luck alone');
select pg_temp.quality('twin') as q \gset
select pg_temp.patch('twin', '{"fields": {"about": {"value": "Another", "tier": "self"}}}');
select is(pg_temp.quality('twin'), :q, 'and does not move with a hidden change');
select pg_temp.patch('twin', '{"fields": {"about": {"tier": "members"}}}');
select ok(pg_temp.quality('twin') > :q, 'what becomes visible counts');

-- Exposure
select is((select count(*) from agora.search s join agora.search_rows(array(select id from who)) r on (r.tier, r.account_id) = (s.tier, s.account_id)
            where (r.quality, r.merits) is distinct from (s.quality, s.merits)), 0::bigint, 'rows are those that would be made now');
create temp table had as select account_id, tier, quality, ctid::text as version from agora.search;
select agora.search_exposed(array_agg(handle), array_agg(500)) from who where name = 'l2';
select agora.search_exposed(array(select handle from who where name in ('l2', 'l3')) || text 'nobody-of-that-name', '{100,2,5}');
select is((select array_agg(times order by times) from agora.search_exposure), '{2,600}', 'how often each was shown adds up, and strangers are none');
select is(pg_temp.day_ends(), (select count(*)::integer from agora.profile), 'the daily pass looks at everyone');
select is(agora.search_daily(3), 0, 'once a day');
select is((select array_agg(w.name) from had h join agora.search s using (account_id, tier) join who w on w.id = h.account_id where h.version <> s.ctid::text), '{l2}',
          'and writes only the rows whose quality is another one');
select ok('shown3' = any (pg_temp.merits('l2')), 'who was shown far more often than others is damped');
select ok((select quality from had where account_id = pg_temp.id('l2') and tier = 'members') - pg_temp.quality('l2') > 5000, 'by much more than luck');
select is((select times from agora.search_exposure where account_id = pg_temp.id('l2')), 0, 'what was counted is counted once');
update agora.search_exposure set score = 0.4;
select pg_temp.day_ends();
select is((select count(*) from agora.search_exposure), 0::bigint, 'what is long ago is forgotten');
select is(pg_temp.quality('l2'), (select quality from had where account_id = pg_temp.id('l2') and tier = 'members'), 'and damps no more');

-- Openness: who answers, to members only
select pg_temp.member('asker' || n, 1) from generate_series(1, 6) n;
select pg_temp.member('open', 2), pg_temp.member('closed', 2);
insert into agora.introduction (asker, asked, asker_person, asked_person, ask, why, state, created_at, expires_at, answered_at)
select a.id, b.id, agora.person_of(a.id), agora.person_of(b.id), 'advice', 'Because of what you know.', 'declined', now() - interval '60 days', now() - interval '30 days',
       now() - case b.name when 'open' then interval '58 days' else interval '35 days' end
  from who a, who b where a.name like 'asker%' and b.name in ('open', 'closed');
select pg_temp.quality('open') as q \gset
select pg_temp.patch('open', '{"fields": {"place": {"value": "Suva", "tier": "self"}}}');
select is(pg_temp.quality('open'), :q, 'a hidden change does not bring forward what the end of the day will change');
select pg_temp.day_ends();
select ok('answers' = any (pg_temp.merits('open')), 'who answers within a week, even if by no, is lifted');
select ok(not 'answers' = any (pg_temp.merits('closed')), 'who lets people wait is not');
select pg_temp.patch('open', '{"fields": {"shown_name": {"tier": "public"}}}');
select ok(not 'answers' = any (pg_temp.merits('open', 'public')), 'for those who are not signed in it is no part');
delete from agora.introduction i using who w where w.id = i.asker and w.name in ('asker1', 'asker2');
select pg_temp.day_ends();
select ok(not 'answers' = any (pg_temp.merits('open')), 'of fewer than five askers nothing is told');

-- Relevance
select c.id as topic, r.other_id as wider, l.label,
       (select s.concept_id from agora.concept_relation s where s.other_id = r.other_id and s.concept_id > c.id order by 1 limit 1) as sibling
  from agora.concept c
  join agora.concept_relation r on r.concept_id = c.id and r.link = 'broader'
  join agora.concept_label l on l.concept_id = c.id
 where c.id = 'T10038' \gset
create function pg_temp.ranked(viewer text, query text, clues text[]) returns text[] language sql as $$
  select coalesce(array_agg(w.name order by i.place), '{}')
    from jsonb_array_elements(agora.search_page(pg_temp.id(viewer), translate(query, '''', E'\001'),
      array(select translate(c, '''', E'\001') from unnest(clues) c), array(select 'Why ' || n from generate_subscripts(clues, 1) n), '{}', '{}', 100, null)::jsonb -> 'items')
         with ordinality i (item, place)
    join who w on w.handle = i.item ->> 'handle'
$$;
select pg_temp.member('exact', 2), pg_temp.member('narrow', 2), pg_temp.member('wishes', 2);
select pg_temp.patch('exact', format('{"topics": {"expertise": {"items": ["%s"]}}}', :'wider')),
       pg_temp.patch('narrow', format('{"topics": {"expertise": {"items": ["%s"]}}}', :'topic')),
       pg_temp.patch('wishes', format('{"topics": {"interest": {"items": ["%s"]}}}', :'wider'));
select is(pg_temp.ranked('l4', format('''t:%s''', lower(:'wider')), array[format('''x:%s''', lower(:'wider')), format('''i:%s''', lower(:'wider'))]), '{exact,narrow,wishes}',
          'who knows the very topic, who a narrower one, who would like to');
select pg_temp.member('named', 1), pg_temp.member('titled', 1);
select pg_temp.patch('named', '{"fields": {"shown_name": {"value": "Quark Miller"}}}'), pg_temp.patch('titled', '{"fields": {"title": {"value": "Quark"}}}');
select is(pg_temp.ranked('l4', '''quark''', array['''quark'':A', '''quark'':B', '''quark'':C']), '{named,titled}', 'a name comes before a role');
select pg_temp.member('longer', 1);
select pg_temp.patch('longer', '{"fields": {"shown_name": {"value": "Quarkington Miller"}}}');
select is((pg_temp.ranked('l4', '''quark'':*', array['''quark'':*A', '''quark'':*B', '''quark'':*C']))[1], 'named', 'the very word comes before a longer one');

-- Reciprocity
select pg_temp.member('seeker', 2), pg_temp.member('helper', 1), pg_temp.member('seeks', 1), pg_temp.member('neither', 1);
select pg_temp.patch('seeker', format('{"topics": {"seeking": {"items": ["%s"], "tier": "self"}, "offering": {"items": ["%s"]}}}', :'wider', :'sibling'));
select pg_temp.patch(name, '{"fields": {"title": {"value": "Meetable"}}}') from who where name in ('helper', 'seeks', 'neither');
select pg_temp.patch('helper', format('{"topics": {"offering": {"items": ["%s"]}}}', :'topic')), pg_temp.patch('seeks', format('{"topics": {"seeking": {"items": ["%s"]}}}', :'sibling')),
       pg_temp.patch('neither', format('{"topics": {"interest": {"items": ["%s"]}}}', :'topic'));
select is(pg_temp.found('seeker', '''meetable'''), '{helper,seeks,neither}', 'who offers what I look for comes first, then who looks for what I offer');
create temp table mutual as
  select w.name, i -> 'why' as why from jsonb_array_elements(pg_temp.search('seeker', '''meetable''') -> 'items') i join who w on w.handle = i ->> 'handle';
select ok(why ->> 0 ~ '^Offers what you look for: ', 'and the line says so') from mutual where name = 'helper';
select ok(why ->> 0 ~ '^Looks for what you offer: ', 'for both') from mutual where name = 'seeks';
select ok(not why::text ~ 'you', 'and for nobody else') from mutual where name = 'neither';
select pg_temp.patch('helper', '{"topics": {"offering": {"tier": "contacts"}}}');
select ok(not pg_temp.search('seeker', '''meetable''')::text ~ 'Offers what you', 'what somebody hides matches nothing');

-- Evidence
select pg_temp.member('sure', 1), pg_temp.member('unsure', 2);
select pg_temp.patch(n, format('{"topics": {"expertise": {"items": ["%s"]}}}', :'sibling')) from unnest('{sure,unsure}'::text[]) n;
insert into agora.claim (person_id, name, value, verification_id)
select v.person_id, 'x_speciality', l.label, v.id from agora.verification v, agora.concept_label l
 where v.account_id = pg_temp.id('sure') and l.concept_id = :'sibling' and l.kind = 'pref';
select agora.search_touch(pg_temp.id('sure'));
select is(pg_temp.ranked('l4', format('''x:%s''', lower(:'sibling')), array[format('''x:%s''', lower(:'sibling'))]), '{sure,unsure}', 'whose speciality is verified comes first');
select agora.disclosure_put(pg_temp.id('sure'), '{"claims": {"x_speciality": "self"}}');
select is(pg_temp.ranked('l4', format('''x:%s''', lower(:'sibling')), array[format('''x:%s''', lower(:'sibling'))]), '{unsure,sure}', 'unless that is hidden, from that moment on');

-- Pages: everybody once, whatever the size of a page, in one order; also when the day ends in between
select pg_temp.member('many' || n, n % 4) from generate_series(1, 180) n;
create function pg_temp.pages(viewer text, sizes integer[], ends boolean default false) returns text[] language plpgsql as $$
declare
  answer jsonb;
  cursor text;
  seen text[] := '{}';
  n integer := 0;
begin
  loop
    answer := pg_temp.search(viewer, '''testperson''', sizes[1 + n % cardinality(sizes)], cursor);
    seen := seen || array(select i ->> 'handle' from jsonb_array_elements(answer -> 'items') i);
    cursor := answer ->> 'next';
    exit when cursor is null;
    n := n + 1;
    if ends and n = 2 then
      update agora.search_daily set day = '2000-01-01';
      perform agora.search_daily(1000);
    end if;
  end loop;
  return seen;
end $$;
create temp table whole as select pg_temp.pages('seeker', '{100}') as all_of;
select is(cardinality(all_of), 200, 'two hundred can be paged through') from whole;
select is((select count(distinct h) from unnest(all_of) h), 200::bigint, 'nobody twice') from whole;
select is(pg_temp.pages('seeker', sizes), all_of, format('pages of %s give the same order', sizes)) from whole, (values ('{7}'::integer[]), ('{20}'), ('{1,99,3}'), ('{64,37}')) s (sizes);
select is(pg_temp.pages('seeker', '{20}', true), all_of, 'a pass that finds nothing to change moves nobody') from whole;
select ok(max(length(pg_temp.search('seeker', '''testperson''', 20) ->> 'next')) <= 200, 'a cursor fits into an address') from whole;
-- The hundreds are those of quality.
select is((select array_agg(h order by h) from unnest(all_of[1:100]) h),
          (select array_agg(b.handle order by b.handle) from (
            select a.handle from agora.search s join agora.account a on a.id = s.account_id
             where s.tier = 'members' and s.terms @@ '''testperson''' order by s.quality desc, s.account_id desc limit 100) b),
          'the first hundred are the best hundred') from whole;
-- Another day, another order among equals
create function pg_temp.order_of(day integer) returns uuid[] language sql as $$
  select array(select h.account_id
                 from unnest(agora.search_hits('members', '''testperson''', '{}', '{}', agora.search_wish('public', '{}', null, day), 65536, null, 50)) h
                order by h.score desc, h.account_id desc)
$$;
select isnt(pg_temp.order_of(1), pg_temp.order_of(2), 'another day moves equals among each other');
select is(pg_temp.order_of(1), pg_temp.order_of(1), 'one day does not');

select * from finish();
rollback;
