-- What the operators look at: each term is in the rows of those viewers only who may see what it tells.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 2) from unnest('{ann,bob,cem,stranger}'::text[]) n;
select pg_temp.patch(name, '{"fields": {"shown_name": {"tier": "public"}}}') from who;
create temp table topic as select c.id, a.ancestor_id as wider
  from agora.concept c join agora.concept_ancestor a on a.concept_id = c.id and a.distance = 1 where c.notation = 'topic' order by c.id limit 1;
select id as topic, wider from topic \gset

-- By each viewer: nobody, a member, a contact; as 'nm' those who find ann.
select pg_temp.connect('ann', 'bob');
create function pg_temp.finders(query text) returns text language sql as $$
  select concat(case when 'ann' = any (pg_temp.found(null, query)) then 'n' end,
                case when 'ann' = any (pg_temp.found('stranger', query)) then 'm' end)
$$;
-- Sets the tier of a field or set of ann's.
create function pg_temp.tier(part text, field text, tier text) returns jsonb language sql as $$
  select pg_temp.patch('ann', jsonb_build_object(part, jsonb_build_object(field, jsonb_build_object('tier', tier)))::text)
$$;
create function pg_temp.each_tier(part text, field text, query text, said text) returns setof text language plpgsql as $$
declare
  t record;
begin
  for t in select * from (values ('public', 'nm'), ('members', 'm'), ('contacts', ''), ('self', '')) v (tier, expected) loop
    perform pg_temp.tier(part, field, t.tier);
    return next is(pg_temp.finders(query), t.expected, format('%s as %s', said, t.tier));
  end loop;
end $$;

select pg_temp.patch('ann', '{"fields": {"about": {"value": "Quarks und Brücken"}, "organisation": {"value": "Müller & Söhne"}, "title": {"value": "Toolmaker"},
  "place": {"value": "Zürich"}, "country": {"value": "CH"}, "languages": {"value": ["de-CH"]}, "open_to": {"value": ["mentor", "speak"]}}}');
select pg_temp.patch('ann', format('{"topics": {"%s": {"items": [%s]}}}', k, to_json(:'topic'::text))) from unnest('{expertise,interest,seeking,offering}'::text[]) k;
select pg_temp.each_tier('topics', 'expertise', format('''x:%s''', :'topic'), 'skill:');
select pg_temp.each_tier('topics', 'expertise', format('''x:%s''', :'wider'), 'skill: of a wider topic');
select pg_temp.each_tier('topics', 'expertise', format('''x=%s''', :'topic'), 'skill:=');
select is(pg_temp.finders(format('''x=%s''', :'wider')), '', 'skill:= does not include narrower topics');
select pg_temp.each_tier('topics', 'interest', format('''i:%s''', :'wider'), 'interest:');
select pg_temp.each_tier('topics', 'seeking', format('''s:%s''', :'wider'), 'seeks:');
select pg_temp.each_tier('topics', 'offering', format('''o:%s''', :'wider'), 'offers:');
select pg_temp.each_tier('fields', 'about', '''a:quarks''', 'about:');
select pg_temp.each_tier('fields', 'organisation', '''g:Müller''', 'org:');
select pg_temp.each_tier('fields', 'organisation', '''g:mueller''', 'org: in plain letters');
select pg_temp.each_tier('fields', 'title', '''toolmaker''', 'a word of the role');
select pg_temp.each_tier('fields', 'place', '''p:zuerich''', 'in:');
select pg_temp.each_tier('fields', 'country', '''cc:CH''', 'in: a country');
select pg_temp.each_tier('fields', 'languages', '''l:de''', 'lang:');
select pg_temp.each_tier('fields', 'open_to', '''op:mentor''', 'open:');
select pg_temp.each_tier('fields', 'open_to', '''op:any''', 'open:any');
select is(pg_temp.finders('''op:advice'''), '', 'open: only what was chosen');
select pg_temp.tier('fields', 'open_to', 'members');
select pg_temp.patch('ann', '{"fields": {"open_to": {"value": []}}}');
select is(pg_temp.finders('''op:any'''), '', 'who is open to nothing is not open:any');

-- Patches of what a member is open to
select throws_ok($$select pg_temp.patch('ann', '{"fields": {"open_to": {"value": ["dance"]}}}')$$, 'AG004', null, 'a kind of request that there is not is refused');
select throws_ok($$select pg_temp.patch('ann', '{"fields": {"open_to": {"value": ["hire", "hire"]}}}')$$, 'AG004', null, 'and one twice');
select is(pg_temp.patch('ann', '{"fields": {"open_to": {"value": ["hire"], "tier": "contacts"}}}') #> '{fields,open_to}', '{"value": ["hire"], "tier": "contacts"}', 'what was chosen is told back');
select is(pg_temp.page('bob', 'ann') -> 'open_to', '["hire"]', 'a contact sees what is for contacts');
select is(pg_temp.page('stranger', 'ann') -> 'open_to', null, 'others do not');

-- level: and checked:
select is(pg_temp.finders('''vf:2'''), 'nm', 'level: is for everyone');
select is(pg_temp.finders('''vf:3'''), '', 'level: at least that');
select is(pg_temp.finders(format('''ck:%s''', to_char(now() at time zone 'UTC', 'YYYY-MM-DD'))), 'nm', 'checked: by the day');
select is(pg_temp.finders(format('''ck:%s''', to_char(now() at time zone 'UTC', 'YYYY'))), 'nm', 'and by the year');
select pg_temp.member('new');
select is(pg_temp.found('ann', format('''n:new'' & ''ck:%s''', to_char(now() at time zone 'UTC', 'YYYY'))), '{}', 'who was never checked was not checked lately');

-- section: memberships that last, for those who may see the grade
insert into agora.membership (person_id, organisation, grade, began, source)
select agora.person_of(pg_temp.id('ann')), 'College of Bridges', 'Fellow', current_date - 10, 'admin';
select agora.search_refresh(100);
select is(pg_temp.finders('''m:bridges'' & ''m:fellow'''), 'm', 'section: is for members unless the member says otherwise');
create function pg_temp.disclose(what text, tier text) returns void language sql as $$
  insert into agora.disclosure (person_id, what, tier) values (agora.person_of(pg_temp.id('ann')), what, tier::agora.tier)
  on conflict (person_id, what) do update set tier = excluded.tier
$$;
select pg_temp.disclose('x_membership_grade', 'public');
select is(pg_temp.finders('''m:fellow'''), 'nm', 'section: of one who shows it to everyone');
select pg_temp.disclose('x_membership_grade', 'contacts');
select is(pg_temp.finders('''m:fellow'''), '', 'section: of one who hides it');
select pg_temp.disclose('x_membership_grade', 'members');
update agora.membership set ended = current_date;
select agora.search_refresh(100);
select is(pg_temp.finders('''m:fellow'''), 'm', 'a membership holds on its last day');
select is((select until from agora.search where tier = 'members' and account_id = pg_temp.id('ann')), (current_date + 1)::timestamptz, 'after which the row is made anew');
update agora.membership set ended = current_date - 1;
select agora.search_refresh(100);
select is(pg_temp.finders('''m:fellow'''), '', 'a membership that has ended is none');

-- standing:
select is(pg_temp.finders('''st:good'''), '', 'without a register there is no standing');
select (body::jsonb ->> 'id')::uuid as case from agora.case_open(pg_temp.id('ann'), 3) \gset
insert into agora.evidence (case_id, type, subtype, document_number) values (:'case', 'electronic_record', 'x_professional_register', 'R1');
update agora.verification set case_id = :'case' where person_id = agora.person_of(pg_temp.id('ann')) and state = 'active';
insert into agora.connector (kind, subject, name, every) values ('register_http', 'professional', 'Register of Bridges', '7 days');
insert into agora.register_watch (connector_id, person_id, account_id, target, state, passed_at)
select c.id, agora.person_of(pg_temp.id('ann')), pg_temp.id('ann'), 'R1', 'good', now() from agora.connector c where c.name = 'Register of Bridges';
insert into agora.evidence_watch (evidence_id, watch_id)
select e.id, w.id from agora.evidence e, agora.register_watch w where e.case_id = :'case' and w.target = 'R1';
select pg_temp.disclose('x_standing', 'members');
select is(pg_temp.finders('''st:good'''), 'm', 'standing: is for those who may see it');
select pg_temp.disclose('x_standing', 'public');
select is(pg_temp.finders('''st:good'''), 'nm', 'standing: for everyone');
select pg_temp.disclose('x_standing', 'self');
select is(pg_temp.finders('''st:good'''), '', 'standing: for nobody else');

-- knows:me
create function pg_temp.known(viewer text) returns text[] language sql as $$
  select coalesce(array_agg(w.name), '{}') from agora.search_known(pg_temp.id(viewer)) k join who w on agora.search_mark(w.id) = k
$$;
select is(pg_temp.known('ann'), '{bob}', 'knows:me are those one was introduced to');
select is(pg_temp.known('stranger'), '{}', 'nobody else');
select is(pg_temp.found('bob', format('''id:%s''', agora.search_mark(pg_temp.id('ann')))), '{ann}', 'they are found by their mark');
select is(pg_temp.found(null, format('''id:%s''', agora.search_mark(pg_temp.id('ann')))), '{}', 'by members only');
update agora.contact set wanted = false;
select is(pg_temp.known('ann'), '{}', 'an ended contact is none');

-- near:
select is(array(select agora.place_near('', 50)), '{}', 'no name is no place');
select isnt(array(select agora.place_near('Zürich', 50)), '{}', 'a town is one');

select * from finish();
rollback;
