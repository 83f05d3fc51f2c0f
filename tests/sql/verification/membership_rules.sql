-- Membership of record: what the organisation's own list says of a member who was verified by their entry in it,
-- and what becomes of it when the list says something else.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql
\ir ../lib/cases.psql
select no_plan();
update agora.policy set value = '"College of X"' where key = 'organisation.name';
update agora.policy set value = '[]' where key = 'verification.screen';

create function pg_temp.list() returns uuid language sql as
  $$select id from agora.connector where kind = 'roster' and subject = 'membership'$$;
-- The list as it is from now on: [{number, given_name, family_name, status, expires_on, grade, since}].
create function pg_temp.listed(rows jsonb) returns void language plpgsql as $$
declare
  made uuid := (agora.roster_begin(null, pg_temp.list()::text, 'list.csv', '{}', 1, null)::jsonb ->> 'id')::uuid;
begin
  perform agora.roster_stage(made, (select jsonb_agg(r || jsonb_build_object('line', n)) from jsonb_array_elements(rows) with ordinality t (r, n))::text,
                             '[]', 1, 1, 60);
  perform agora.roster_staged(made, null);
  -- One transaction has one time; the latest import counts.
  perform agora.roster_decide(null, made, 'apply');
  perform agora.roster_look(w) from agora.register_watch w where w.connector_id = pg_temp.list() and w.next_at <= now() and w.ended_at is null order by w.id;
end $$;
create function pg_temp.entry(more jsonb, who text default 'ada') returns jsonb language sql as $$
  select jsonb_build_object('number', 'A-' || who, 'given_name', who, 'family_name', who || 'son', 'status', 'Active') || more
$$;
create function pg_temp.terms(who text default 'ada') returns text language sql as $$
  select string_agg(concat_ws(' ', m.grade, m.number, m.standing, m.began - current_date || '..' || coalesce((m.ended - current_date)::text, '')), '; ' order by m.began, m.id)
    from agora.membership m where m.person_id = agora.case_person(pg_temp.who(who))
$$;
create function pg_temp.days(n integer) returns date language sql as 'select current_date + n';
create function pg_temp.asked(who text, number text) returns void language plpgsql as $$
begin
  delete from subject;
  insert into subject select (body::jsonb ->> 'id')::uuid from agora.case_open(pg_temp.who(who), 2);
  perform agora.case_claims_put(pg_temp.who(who), pg_temp.it(), null, jsonb_build_object('given_name', who, 'family_name', who || 'son', 'birthdate', '1980-05-17'));
  perform agora.case_evidence_add(pg_temp.who(who), pg_temp.it(), 'electronic_record', 'x_membership_register', number, null, null, null, null, null);
  perform agora.case_submit(pg_temp.who(who), pg_temp.it(), null);
  perform agora.case_step(c, 'take', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it();
end $$;
create function pg_temp.approved(who text, number text) returns void language plpgsql as $$
begin
  perform pg_temp.asked(who, number);
  perform agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), 'auth', 'passed', null, null);
  perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'approve', '{}', null, null, agora.case_hash(pg_temp.it()));
end $$;

select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Member', 'since', pg_temp.days(-400), 'expires_on', pg_temp.days(30))), pg_temp.entry('{}', 'bea')));
select is(pg_temp.terms(), null, 'being in the list alone makes nobody here a member');
do $$ begin perform pg_temp.asked('ada', 'a ada'); end $$;
select is((select w.state::text from agora.register_watch w where w.person_id = agora.case_person(pg_temp.who('ada'))), 'good', 'the list has an entry of this number and name');
select is(pg_temp.terms(), null, 'but who only states it is no member of record');
do $$ begin perform agora.case_withdraw(pg_temp.who('ada'), pg_temp.it()); perform pg_temp.approved('ada', 'A-ada'); end $$;
select is(pg_temp.terms(), 'Member AADA Active -400..30', 'who was verified by the entry is: number, grade, standing, since and until');
select is(agora.case_mine(pg_temp.who('ada'))::jsonb -> 'memberships' -> 0, jsonb_build_object('organisation', 'College of X', 'grade', 'Member', 'number', 'AADA',
  'standing', 'Active', 'began', pg_temp.days(-400), 'ended', pg_temp.days(30)), 'as the member reads');
select is((select detail ->> 'source' from agora.audit_event where action = 'membership.put'), 'roster', 'and the audit log has');

-- The next import.
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Member', 'since', pg_temp.days(-400), 'expires_on', pg_temp.days(395)))));
select is(pg_temp.terms(), 'Member AADA Active -400..395', 'paid for another year, the term goes on');
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Member', 'since', pg_temp.days(-800), 'expires_on', pg_temp.days(395)))));
select is(pg_temp.terms(), 'Member AADA Active -800..395', 'the list corrects since when the first term lasts');
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'since', pg_temp.days(-800)))));
select is(pg_temp.terms(), 'Member AADA Active -800..-1; Fellow AADA Active 0..', 'another grade is another term, from today; without an end in the list it lasts');
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'since', pg_temp.days(-800), 'status', 'Retired'))));
select is(pg_temp.terms(), 'Member AADA Active -800..-1; Fellow AADA Retired 0..', 'another standing is the same term');

-- Lapse.
update agora.membership set began = began - 100, ended = ended - 100;
select pg_temp.listed(jsonb_build_array(pg_temp.entry('{}', 'bea')));
select is(pg_temp.terms(), 'Member AADA Active -900..-101; Fellow AADA Retired -100..-1', 'who is no more in the list is a member no more');
select is((select count(*) from agora.audit_event where action = 'membership.end'), 1::bigint, 'which the audit log has');
update agora.register_watch set next_at = now();
select pg_temp.listed(jsonb_build_array(pg_temp.entry('{}', 'bea')));
select is((select count(*) from agora.audit_event where action = 'membership.end'), 1::bigint, 'once');
update agora.membership set ended = ended - 50 where grade = 'Fellow';
update agora.register_watch set next_at = now();
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'since', pg_temp.days(-800)))));
select is(pg_temp.terms(), 'Member AADA Active -900..-101; Fellow AADA Retired -100..-51; Fellow AADA Active 0..', 'who comes back begins another term: a gap stays a gap');
update agora.connector set settings = '{"good": ["Active"]}' where id = pg_temp.list();
update agora.membership set began = began - 10 where ended is null;
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'status', 'Suspended'))));
select alike(pg_temp.terms(), '%; Fellow AADA Active -10..-1', 'a standing that the list does not call good ends it');
update agora.register_watch set next_at = now();
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'expires_on', pg_temp.days(-1)))));
select alike(pg_temp.terms(), '%; Fellow AADA Active -10..-1', 'so does a day that has passed');
update agora.register_watch set next_at = now();
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow', 'expires_on', pg_temp.days(0)))));
select alike(pg_temp.terms(), '%; Fellow AADA Active -10..0', 'paid late by a day, the same term goes on');

-- Fraud.
do $$ begin
  perform agora.verification_revoke(pg_temp.who('adam'), agora.current_verification(pg_temp.who('ada')), 'mistaken_identity', 'Somebody else.');
  perform agora.two_person_confirm(pg_temp.who('vera'), (select id from agora.two_person_act));
end $$;
select alike(pg_temp.terms(), '%; Fellow AADA Active -10..-1', 'a member who turns out to be somebody else is none');
update agora.register_watch set next_at = now();
select pg_temp.listed(jsonb_build_array(pg_temp.entry(jsonb_build_object('grade', 'Fellow'))));
select alike(pg_temp.terms(), '%; Fellow AADA Active -10..-1', 'whatever the list says');

-- A list of another organisation.
update agora.connector set settings = '{"organisation": "Chapter North"}' where id = pg_temp.list();
do $$ begin perform pg_temp.listed(jsonb_build_array(pg_temp.entry('{}', 'bea'))); perform pg_temp.approved('bea', 'A-bea'); end $$;
select is(agora.membership_of(agora.case_person(pg_temp.who('bea'))),
  jsonb_build_array(jsonb_build_object('organisation', 'Chapter North', 'number', 'ABEA', 'standing', 'Active', 'began', current_date)),
  'a list may be of another organisation; without a day in it, a term begins on the day it is found');
select is(pg_temp.refusal(format('select agora.connector_patch(pg_temp.who(''adam''), %L, ''*'', %L)', pg_temp.list(), jsonb_build_object('settings', jsonb_build_object('organisation', o)))), e, n)
  from (values ('""'::jsonb, 'AG004 /settings/organisation', 'whose name is not empty'), ('7', 'AG004 /settings/organisation', 'is text'), ('"Chapter South"', 'not refused', 'and can be set')) t (o, e, n);

select table_privs_are('agora', 'membership', 'agora_app', '{}', 'the service has no right to the table');
select * from finish();
rollback;
