-- Topics that members propose: seen by nobody else until an admin decides, and what each decision does.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member('ann'), pg_temp.member('bob'), pg_temp.member('cem');
update agora.account set roles = '{admin}' where id = pg_temp.id('cem');
create temp table topic as select agora.topic_add(null, 'Woodword', 'en', null)::jsonb ->> 'id' as id;
create function pg_temp.propose(name text, label text, kind text default 'expertise', lang text default 'en') returns uuid language sql as $$
  select (agora.topic_propose(pg_temp.id(name), kind, lang, label)::jsonb ->> 'id')::uuid
$$;
create function pg_temp.state(id uuid) returns text language sql as $$ select p.state::text from agora.topic_proposal p where p.id = $1 $$;

create temp table p as select pg_temp.propose('ann', 'Zitherword  making') as ann, pg_temp.propose('bob', 'zitherword making', 'offering') as bob;
select throws_ok(format('select agora.topic_propose(%L, ''expertise'', ''en'', ''ZITHERWORD making'')', pg_temp.id('ann')), 'AG004', 'You have proposed this already.', 'once a member and kind');
select throws_ok(format('select agora.topic_propose(%L, ''expertise'', ''en'', ''woodword'')', pg_temp.id('ann')), 'AG004',
  'There is a topic of this name: “Woodword”. Choose it from the list.', 'what there is is not proposed');
select throws_ok(format('select agora.topic_propose(%L, ''expertise'', ''en'', E''a\u202eb'')', pg_temp.id('ann')), 'AG004', null, 'text that turns around is refused');
select throws_ok(format('select agora.topic_propose(%L, ''expertise'', ''english'', ''Something'')', pg_temp.id('ann')), 'AG004', null, 'so is what is no language');

-- Nobody sees it
select is(pg_temp.found('bob', '''zitherword'''), '{}', 'no search finds it');
select is(agora.topic_complete(pg_temp.id('ann'), 'zither', 5)::jsonb, '{"items": []}', 'nothing completes it, not even for who proposed it');
select is(pg_temp.page('bob', 'ann') -> 'topics', '{}', 'no profile shows it');
select is(agora.topic_proposals_mine(pg_temp.id('ann'))::jsonb #>> '{items,0,label}', 'Zitherword making', 'the member sees it');
select is(jsonb_array_length(agora.topic_proposals_mine(pg_temp.id('cem'))::jsonb -> 'items'), 0, 'and not another''s');
select throws_ok(format('select agora.topic_proposal_queue(%L)', pg_temp.id('bob')), 'AG002', null, 'the queue is for admins');
select throws_ok(format('select agora.topic_proposal_withdraw(%L, %L)', pg_temp.id('bob'), (select ann from p)), 'AG001', null, 'another''s cannot be taken back');
select is(agora.topic_proposal_queue(pg_temp.id('cem'))::jsonb #> '{items,0,members}', '2', 'admins see it once, with how many want it');

-- Accepted
select throws_ok(format('select agora.topic_proposal_decide(%L, %L, ''accept'', null, null, null)', pg_temp.id('bob'), (select ann from p)), 'AG002', null, 'a member decides nothing');
select is(agora.topic_proposal_decide(pg_temp.id('cem'), (select ann from p), 'accept', (select id from topic), 'Making of zitherwords', null)::jsonb, '{"items": []}',
          'deciding one decides all that say the same');
select is(pg_temp.page('bob', 'ann') #>> '{topics,expertise,0,label}', 'Making of zitherwords', 'who proposed it has the topic, called as the admin says');
select is(pg_temp.page('ann', 'bob') #>> '{topics,offering,0,label}', 'Making of zitherwords', 'each where they wanted it');
select agora.search_refresh(100);
select is((select array_agg(w order by w) from unnest(pg_temp.found('cem', format('''t:%s''', (select id from topic)))) w), '{ann,bob}', 'they are found by the broader topic');
select is(agora.topic_proposals_mine(pg_temp.id('ann'))::jsonb #>> '{items,0,topic,label}', 'Making of zitherwords', 'the member is told what became of it');
select throws_ok(format('select agora.topic_proposal_decide(%L, %L, ''refuse'', null, null, ''No'')', pg_temp.id('cem'), (select bob from p)), 'AG003', null, 'once decided is decided');

-- Merged, another name, refused, withdrawn
create temp table q as select pg_temp.propose('ann', 'Wodword') as merged, pg_temp.propose('ann', 'Holzwort', 'seeking', 'de') as labelled,
  pg_temp.propose('ann', 'Lucky numbers') as refused, pg_temp.propose('ann', 'Second thoughts') as back;
select throws_ok(format('select agora.topic_proposal_decide(null, %L, ''merge'', null, null, null)', (select merged from q)), 'AG004', 'Choose the topic.', 'merging says with what');
select throws_ok(format('select agora.topic_proposal_decide(null, %L, ''refuse'', null, null, '' '')', (select refused from q)), 'AG004', null, 'refusing says why');
select agora.topic_proposal_decide(null, (select merged from q), 'merge', (select id from topic), null, null);
select agora.topic_proposal_decide(null, (select labelled from q), 'label', (select id from topic), null, null);
select agora.topic_proposal_decide(null, (select refused from q), 'refuse', null, null, 'Not a professional topic');
select agora.topic_proposal_withdraw(pg_temp.id('ann'), (select back from q));
select is((select array[pg_temp.state(merged), pg_temp.state(labelled), pg_temp.state(refused), pg_temp.state(back)] from q), '{merged,labelled,refused,withdrawn}', 'each has its state');
select is((select string_agg(format('%s %s %s', lang, kind, label), '; ' order by lang, kind) from agora.concept_label where concept_id = (select id from topic)),
          'de alt Holzwort; en pref Woodword; en hidden Wodword', 'merged it only finds the topic, labelled it is another name');
select is((select array_agg(kind order by kind) from agora.profile_topic where account_id = pg_temp.id('ann') and concept_id = (select id from topic)), '{expertise,seeking}',
          'and the member has the topic');
select is((select reason from agora.topic_proposal where id = (select refused from q)), 'Not a professional topic', 'the member is told why not');

-- Ten at most
select pg_temp.propose('bob', 'Idea number ' || n) from generate_series(1, 10) n;
select throws_ok(format('select agora.topic_propose(%L, ''expertise'', ''en'', ''Idea too many'')', pg_temp.id('bob')), 'AG003', null, 'ten wait at most');

-- No room
insert into agora.profile_topic (account_id, kind, place, concept_id)
select pg_temp.id('cem'), 'expertise', n, agora.topic_add(null, 'Filler number ' || n, 'en', null)::jsonb ->> 'id' from generate_series(1, 30) n;
create temp table r as select pg_temp.propose('cem', 'Thirty-first word') as id;
select agora.topic_proposal_decide(null, (select id from r), 'accept', null, null, null);
select is((select count(*) from agora.profile_topic where account_id = pg_temp.id('cem')), 30::bigint, 'who has no room keeps what they have');

select * from finish();
rollback;
