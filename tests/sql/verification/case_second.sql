-- The guards of decisions, each at its edge: who is involved (G1), the second person (G2), the snapshot (G3),
-- the level (G4), the words (G5), the trusted referee (G6), and when two persons are needed.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql
\ir ../lib/cases.psql
select no_plan();
update agora.policy set value = 'true' where key = 'verification.level_four';

create function pg_temp.approve(by text, presented text default 'current') returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_decide(%L, %L, null, ''approve'', ''{}'', null, ''Private.'', %L)',
    pg_temp.who(by), pg_temp.scored(pg_temp.it()), case presented when 'current' then agora.case_hash(pg_temp.it()) else presented end))
$$;
create function pg_temp.confirm(by text, presented text default 'current') returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_second(%L, %L, null, ''confirm'', %L, null)',
    pg_temp.who(by), pg_temp.scored(pg_temp.it()), case presented when 'current' then agora.case_hash(pg_temp.it()) else presented end))
$$;
create function pg_temp.find(by text, result text default 'passed') returns text language sql as $$
  select pg_temp.refusal(format('select agora.case_second_check(%L, %L, %L, %L, null)', pg_temp.who(by), pg_temp.it(), pg_temp.passport(), result))
$$;

-- Who vouches is a list here.
create temp table voucher (person uuid);
grant select on voucher to agora_owner;
create or replace function agora.case_vouched_by(wanted uuid, person uuid) returns boolean language sql as
  'select exists (select from pg_temp.voucher v where v.person = $2)';

-- G1: why someone may not take or decide. Each is tried alone and taken back.
create function pg_temp.conflict(by text) returns text language sql as
  'select agora.case_conflict_with(c, pg_temp.who(by)) from agora.vcase c where c.id = pg_temp.it()';
do $$ begin perform pg_temp.sent('ada'); end $$;
insert into agora.profile (account_id, shown_name) select id, name from actor on conflict do nothing;
select is(pg_temp.conflict('vera'), null, 'a stranger may decide');
select is(pg_temp.conflict('ada'), 'self', 'nobody about themselves');
update agora.profile set organisation = 'Bridge  & Co.' where account_id = pg_temp.who('ada');
update agora.profile set organisation = 'BRIDGE & CO' where account_id = pg_temp.who('vera');
select is(pg_temp.conflict('vera'), 'employer', 'nobody about someone of the same organisation, however written');
update agora.profile set organisation = 'Bridge' where account_id = pg_temp.who('vera');
select is(pg_temp.conflict('vera'), null, 'another organisation is none');
update agora.account set family_name = 'ADASON' where id = pg_temp.who('vera');
select is(pg_temp.conflict('vera'), null, 'the same surname alone is none');
update agora.profile set place = 'Graz', country = 'AT' where account_id in (pg_temp.who('vera'), pg_temp.who('ada'));
select is(pg_temp.conflict('vera'), 'household', 'with the same place it is');
update agora.profile set place = 'Wien' where account_id = pg_temp.who('vera');
select is(pg_temp.conflict('vera'), null, 'another place is none');
update agora.account set family_name = 'Vera' where id = pg_temp.who('vera');
insert into agora.case_conflict values (pg_temp.it(), pg_temp.who('vera'), 'My cousin.');
select is(pg_temp.conflict('vera'), 'declared', 'nor who declared a conflict');
delete from agora.case_conflict;
set local session_replication_role = replica;
insert into agora.introduction (asker, asked, asker_person, asked_person, ask, why, state, created_at, expires_at, answered_at, connected_at)
select a.id, v.id, a.person_id, v.person_id, 'advice', repeat('x', 30), 'connected', now() - interval '13 months', now(), now() - interval '12 months', now() - interval '12 months' + interval '1 minute'
  from agora.account a, agora.account v where a.id = pg_temp.who('ada') and v.id = pg_temp.who('vera');
set local session_replication_role = origin;
select is(pg_temp.conflict('vera'), 'introduced', 'nor who was introduced to them within twelve months, whoever asked');
update agora.introduction set connected_at = now() - interval '12 months' - interval '1 second';
select is(pg_temp.conflict('vera'), null, 'longer ago is none');
insert into voucher values (agora.case_person(pg_temp.who('wanda')));
select is(pg_temp.conflict('wanda'), 'voucher', 'nor who vouches in the case');

-- It holds at the queue and at the decision.
select is((select t.body::jsonb ->> 'id' from agora.case_take_next(pg_temp.who('wanda')) t), null, 'the queue does not give the case to who is involved');
do $$ begin perform agora.case_take_next(pg_temp.who('vera')); end $$;
select is((select assigned_to from agora.vcase where id = pg_temp.it()), pg_temp.who('vera'), 'but to others');
update agora.introduction set connected_at = now();
do $$ begin perform agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), m, 'passed', null, null) from unnest(array['vcrypt', 'pvp']) m; end $$;
select is(pg_temp.approve('vera'), 'AG002', 'who becomes involved later does not decide');
do $$ begin perform agora.case_declare_conflict(pg_temp.who('vera'), pg_temp.it(), null); end $$;
select is(pg_temp.state(), 'queued', 'but gives it to others');
delete from agora.introduction;
delete from voucher;
select is((select count(*) from agora.case_take_next(pg_temp.who('vera'))), 0::bigint, 'and does not get it again');
select is((select t.body::jsonb ->> 'id' from agora.case_take_next(pg_temp.who('victor')) t), pg_temp.it()::text, 'others do');

-- G3, G4 and one person.
select is(pg_temp.approve('victor', null), 'AG004 /snapshot', 'an approval presents a hash');
select is(pg_temp.approve('victor', repeat('0', 64)), 'AG005', 'of what is there now');
create temp table read as select agora.case_hash(pg_temp.it()) as hash;
do $$ begin perform agora.case_check_record(pg_temp.who('victor'), pg_temp.it(), pg_temp.passport(), 'vri', 'failed', null, null); end $$;
select is(pg_temp.approve('victor', hash), 'AG005', 'a check recorded meanwhile changes it') from read;
select is(pg_temp.approve('victor'), 'AG003', 'and evidence and checks give the level');
select is((select count(*) from agora.decision where case_id = pg_temp.it()), 0::bigint, 'what is refused leaves no decision');
do $$ begin perform agora.case_check_record(pg_temp.who('victor'), pg_temp.it(), pg_temp.passport(), 'vri', 'passed', null, null); end $$;
select is(pg_temp.approve('victor'), 'not refused', 'at the level, with the hash, it is approved');
select is(pg_temp.state(), 'approved', 'by one person');
select is((select (state, two_persons, snapshot_hash = agora.case_hash(case_id), snapshot = agora.case_snapshot(case_id))::text from agora.decision where case_id = pg_temp.it()),
  '(final,{},t,t)', 'the decision keeps the snapshot and its hash');

-- When two persons are needed.
select is(agora.case_two_persons(c, outcome, codes), expected, name)
  from agora.vcase c,
       (values ('approve', '{}'::text[], '{}'::text[], 'level 3 is approved by one'),
               ('reject', '{missing_side}', '{}', 'what can be mended is rejected by one'),
               ('reject', '{cannot_bind}', '{}', 'and what the referee may mend'),
               ('reject', '{not_a_member}', '{final}', 'for good by two'),
               ('reject', '{missing_side,counter_fraud}', '{restricted}', 'for fraud by two, whatever else is said')) t (outcome, codes, expected, name)
 where c.id = pg_temp.it();
update agora.policy set value = '3' where key = 'verification.two_persons_level';
select is(agora.case_two_persons(c, 'approve', '{}'), '{level}', 'policy may ask for two persons from a lower level on') from agora.vcase c where c.id = pg_temp.it();
update agora.policy set value = '9' where key = 'verification.two_persons_level';
select is(agora.case_two_persons(c, 'approve', '{}'), '{level}', 'but not spare level 4') from (select (jsonb_populate_record(v, '{"level": 4}')).* from agora.vcase v where v.id = pg_temp.it()) x, lateral (select x::agora.vcase as c) y;
update agora.policy set value = '3' where key = 'verification.two_persons_level';

-- Two persons: who recommends is not who confirms, and the second looks first (G2).
do $$ begin perform pg_temp.checked('bea', 'vera'); end $$;
select is(pg_temp.approve('vera'), 'not refused', 'a recommendation');
select is(pg_temp.state(), 'awaiting_second', 'waits for a second person');
select is(agora.member_level(pg_temp.who('bea')), 0, 'and gives no level');
select is((select count(*) from agora.case_take_next(pg_temp.who('vera'))), 0::bigint, 'the first is not the second');
select throws_ok(format('select pg_temp.seconded(%L)', 'vera'), '23514', null, 'not even past the queue');
insert into actor select 'vera_two', pg_temp.account('vera_two', '{verifier}', a.person_id) from agora.account a where a.id = pg_temp.who('vera');
select is((select count(*) from agora.case_take_next(pg_temp.who('vera_two'))), 0::bigint, 'nor is another account of theirs');
savepoint own_account;
select pg_temp.seconded('vera_two');
select pg_temp.find('vera_two');
select is(pg_temp.confirm('vera_two'), 'AG002', 'which does not confirm, got past the queue');
rollback to own_account;
do $$ begin perform agora.case_take_next(pg_temp.who('victor')); end $$;
select is((select second_by from agora.vcase where id = pg_temp.it()), pg_temp.who('victor'), 'the queue gives it to another');
select is(pg_temp.seen_by('victor') #> '{recommendation,hidden}', 'true', 'what the first found is hidden');
select is(jsonb_array_length(pg_temp.seen_by('victor') #> '{evidence,0,checks}'), 0, 'every check');
select ok(not pg_temp.seen_by('victor') ? 'computed' and position('Private.' in pg_temp.seen_by('victor')::text) = 0, 'the level and the note');
select is(pg_temp.confirm('victor'), 'AG003', 'until they have looked themselves, they do not confirm');
select is(pg_temp.find('vera'), 'AG002', 'the first does not look for them');
select is(pg_temp.find('victor', 'perhaps'), 'AG004 /result', 'a finding has one of three results');
select is(pg_temp.find('victor'), 'not refused', 'they record what they find');
select is(pg_temp.seen_by('victor') #> '{recommendation,hidden}', 'false', 'then they see what the first found');
select is(jsonb_array_length(pg_temp.seen_by('victor') #> '{evidence,0,checks}'), 2, 'all of it');
select is(pg_temp.find('victor', 'failed'), 'AG003', 'and do not change their finding any more');
select is(pg_temp.confirm('victor', null), 'AG004 /snapshot', 'a confirmation presents the hash too');
select is(pg_temp.confirm('victor', repeat('1', 64)), 'AG005', 'of the snapshot');
select is(pg_temp.confirm('wanda'), 'AG001', 'a third person has nothing to do with it');
update agora.claim set value = 'Bee' where case_id = pg_temp.it() and name = 'given_name';
select is(pg_temp.seen_by('victor') #> '{recommendation,unchanged}', 'false', 'that something changed is shown');
select is(pg_temp.confirm('victor'), 'AG005', 'what changed under them is not confirmed, even with the new hash');
update agora.claim set value = 'bea' where case_id = pg_temp.it() and name = 'given_name';
select is(pg_temp.confirm('victor'), 'not refused', 'unchanged, it is');
select is((select (state, assigned_to = pg_temp.who('vera'), second_by = pg_temp.who('victor'))::text from agora.vcase where id = pg_temp.it()), '(approved,t,t)', 'approved by both');
select is(agora.member_level(pg_temp.who('bea')), 3, 'now it gives the level');
select ok(position('Victor' in pg_temp.seen_by('bea')::text) = 0, 'the member is not told by whom');

-- A second person who finds otherwise, and one who gives it back.
do $$ begin perform pg_temp.checked('cleo', 'vera'); end $$;
do $$ begin perform pg_temp.approve('vera'); perform pg_temp.seconded('victor'); perform pg_temp.find('victor', 'cannot_tell'); end $$;
select is(pg_temp.confirm('victor'), 'AG003', 'who did not find all good does not confirm');
select is(pg_temp.refusal($$select agora.case_second(pg_temp.who('victor'), pg_temp.scored(pg_temp.it()), null, 'return', null, ' ')$$), 'AG004 /note', 'giving back needs a note');
do $$ begin perform agora.case_second(pg_temp.who('victor'), pg_temp.scored(pg_temp.it()), null, 'return', null, 'The photograph is of someone else.'); end $$;
select is((select (state, assigned_to = pg_temp.who('vera'), second_by is null)::text from agora.vcase where id = pg_temp.it()), '(in_review,t,t)', 'it goes back to the first');
select is(pg_temp.seen_by('vera') #>> '{returned,note}', 'The photograph is of someone else.', 'with the note');
select is(pg_temp.approve('vera'), 'not refused', 'who may recommend it again');
do $$ begin perform pg_temp.seconded('wanda'); end $$;
select is(pg_temp.seen_by('wanda') #> '{recommendation,findings}', '[]', 'another second person begins anew');
do $$ begin perform agora.case_release(pg_temp.who('wanda'), pg_temp.it()); end $$;
select is((select (state, second_by is null)::text from agora.vcase where id = pg_temp.it()), '(awaiting_second,t)', 'and may give it to another one');
update agora.policy set value = 'false' where key = 'verification.blind_second';
do $$ begin perform pg_temp.seconded('wanda'); end $$;
select is(jsonb_array_length(pg_temp.seen_by('wanda') #> '{evidence,0,checks}'), 2, 'where policy does not ask for it, nothing is hidden');
select is(pg_temp.confirm('wanda'), 'not refused', 'and no own findings are needed');
update agora.policy set value = 'true' where key = 'verification.blind_second';
update agora.policy set value = '4' where key = 'verification.two_persons_level';

-- Who recommended and lost the role: the case goes to the queue.
do $$ begin perform pg_temp.checked('dora', 'xaver', 4); end $$;
do $$ begin perform agora.case_decide(pg_temp.who('xaver'), pg_temp.scored(pg_temp.it()), null, 'reject', '{not_a_member}', 'Sorry.', null); perform pg_temp.seconded('victor'); end $$;
select is(pg_temp.seen_by('victor') #> '{recommendation,hidden}', 'false', 'a rejection is not looked at blindly');
update agora.account set roles = '{}' where id = pg_temp.who('xaver');
do $$ begin perform agora.case_second(pg_temp.who('victor'), pg_temp.scored(pg_temp.it()), null, 'return', null, 'She is a member.'); end $$;
select is(pg_temp.state(), 'queued', 'given back to who is no verifier any more, it goes to the queue');

-- G5: at the table itself.
do $$ begin perform pg_temp.taken('emil', 'vera'); end $$;
select is(pg_temp.refusal($$select agora.case_step(c, 'reject', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it()$$), 'AG004 /reason_codes', 'no rejection without a reason');
select is(pg_temp.refusal($$select agora.case_step(c, 'approve', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it()$$), 'AG004 /snapshot', 'no approval without a snapshot');
select is(pg_temp.refusal($$select agora.case_step(c, 'recommend_reject', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it()$$), 'AG004 /reason_codes', 'no recommendation without a decision');
select is(pg_temp.refusal($$select agora.case_step(c, 'refer', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it()$$), 'AG004 /reason', 'no referee without a reason');
insert into agora.decision (case_id, by, outcome, reason_codes, public_text, computed, duplicates)
values (pg_temp.it(), pg_temp.who('vera'), 'reject', '{counter_fraud}', 'Sorry.', '{}', 0);
select is(pg_temp.refusal($$select agora.case_step(c, 'reject', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it()$$), 'AG003', 'nobody turns away for fraud alone');
delete from agora.decision where case_id = pg_temp.it();

-- G6: the trusted referee.
select is(pg_temp.refusal(format('select agora.case_refer(%L, %L, null, %L, %L)', pg_temp.who('vera'), pg_temp.it(), why, remark)), expected, name)
  from (values ('mood', 'Note.', 'AG004 /reason', 'the referee needs a reason of the list'), (null, 'Note.', 'AG004 /reason', 'not none'),
               ('accessibility', ' ', 'AG004 /note', 'and a note'), ('accessibility', 'Met her with her carer.', 'not refused', 'with both, it is the referee''s')) t (why, remark, expected, name);
do $$ begin perform agora.case_check_record(pg_temp.who('vera'), pg_temp.it(), pg_temp.passport(), m, 'passed', null, null) from unnest(array['vcrypt', 'pvp']) m; end $$;
select is(pg_temp.approve('vera'), 'not refused', 'who recommends');
select is((select (c.state, d.two_persons)::text from agora.vcase c join agora.decision d on d.case_id = c.id where c.id = pg_temp.it()), '(awaiting_second,{referee})', 'and never decides alone');
do $$ begin perform pg_temp.seconded('victor'); perform agora.case_second(pg_temp.who('victor'), pg_temp.scored(pg_temp.it()), null, 'return', null, 'Why?'); end $$;
do $$ begin perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'reject', '{missing_side}', 'Sorry.', null); end $$;
select is(pg_temp.state(), 'awaiting_second', 'a rejection neither, also when the case had come back');
select is(pg_temp.seen_by('emil') #> '{referee}', '{"label": "A disability makes the usual way hard", "reason": "accessibility"}', 'the member reads the reason, not the note');

-- Vouches alone.
insert into agora.evidence_method values ('vouch', 'written_attestation', 'data') on conflict do nothing;
do $$ begin perform pg_temp.sent('fred', 2); end $$;
do $$ begin perform agora.case_step(c, 'take', pg_temp.who('vera'), 'verifier') from agora.vcase c where c.id = pg_temp.it(); end $$;
insert into agora.evidence (case_id, type, subtype) values (pg_temp.it(), 'vouch', 'written_attestation');
insert into agora.vcheck (evidence_id, check_method, result, by) select id, 'vri', 'passed', pg_temp.who('vera') from agora.evidence where case_id = pg_temp.it() and type = 'vouch';
select is(agora.case_two_persons(c, 'approve', '{}'), '{vouch}', 'what rests on vouches alone needs two') from agora.vcase c where c.id = pg_temp.it();
insert into agora.vcheck (evidence_id, check_method, result, by) select id, 'vri', 'passed', pg_temp.who('vera') from agora.evidence where case_id = pg_temp.it() and type = 'document';
select is(agora.case_two_persons(c, 'approve', '{}'), '{}', 'with a document beside it does not') from agora.vcase c where c.id = pg_temp.it();

-- Pairs.
select is((select array_agg(array[i ->> 'first', i ->> 'second', i ->> 'confirmed', i ->> 'returned'] order by i ->> 'second')
             from jsonb_array_elements(agora.case_pairs(pg_temp.who('adam'))::jsonb -> 'items') i where i ->> 'first' like 'Vera%'),
  '{{"Vera Vera","Victor Victorson",1,2},{"Vera Vera","Wanda Wandason",1,0}}', 'who confirmed and returned whose work is told');
select is(pg_temp.refusal($$select agora.case_pairs(pg_temp.who('ada'))$$), 'AG002', 'not to members');

select * from finish();
rollback;
