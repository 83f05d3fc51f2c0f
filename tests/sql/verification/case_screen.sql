-- The screen when a case is sent, and the first look at one that is held.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql
\ir ../lib/scored.psql
\ir ../lib/cases.psql
select no_plan();

-- Who is someone else, too young, or was refused for fraud, waits for a first look; all others are queued.
do $$ begin perform pg_temp.sent('ada', 3, '{"given_name": "Ada", "family_name": "Example", "birthdate": "1980-05-17"}', 'P 1'); end $$;
select is(pg_temp.state(), 'queued', 'who is unknown so far is queued at once');
select is((select (hold_reasons, sla_class)::text from agora.vcase where id = pg_temp.it()), '({},standard)', 'for no reason, in the standard class');
do $$ begin perform pg_temp.sent('bea', 3, '{"given_name": "ADA", "family_name": "Éxample", "birthdate": "1980-05-17"}', 'P 2'); end $$;
select is((select (state, hold_reasons)::text from agora.vcase where id = pg_temp.it()), '(held,{duplicate})', 'the same name and birthdate as someone who asks is held');
select is((select count(*) from agora.case_take_next(pg_temp.who('victor')) t where t.body::jsonb ->> 'id' = pg_temp.it()::text), 0::bigint, 'a held case is not in the queue');
do $$ begin perform pg_temp.sent('cleo', 3, '{"given_name": "Cleo", "family_name": "Else", "birthdate": "1990-05-17"}', 'p-1'); end $$;
select is((select hold_reasons from agora.vcase where id = pg_temp.it()), '{duplicate}', 'so is the same document');
do $$ begin perform pg_temp.sent('dora', 3, jsonb_build_object('given_name', 'Dora', 'family_name', 'Young', 'birthdate', to_char(now() - interval '18 years' + interval '2 days', 'YYYY-MM-DD')), 'P 4'); end $$;
select is((select hold_reasons from agora.vcase where id = pg_temp.it()), '{under_age}', 'someone of seventeen is held');
select is(pg_temp.refusal($$select agora.case_clear(pg_temp.who('dora'), pg_temp.it(), null)$$), 'AG002', 'the member does not clear it');
select is(pg_temp.refusal($$select agora.case_clear(pg_temp.who('dora_two'), pg_temp.it(), null)$$), 'AG001', 'nor does their second account, a verifier');
select is(pg_temp.refusal($$select agora.case_clear(pg_temp.who('ada'), pg_temp.it(), null)$$), 'AG001', 'another member does not see it');
select is(pg_temp.refusal($$select agora.case_clear(pg_temp.who('adam'), pg_temp.it(), null)$$), 'not refused', 'an admin clears it');
select is(pg_temp.state(), 'queued', 'then it is in the queue');
do $$ begin perform pg_temp.sent('emil', 3, jsonb_build_object('given_name', 'Emil', 'family_name', 'Just', 'birthdate', to_char(now() - interval '18 years', 'YYYY-MM-DD')), 'P 5'); end $$;
select is((select hold_reasons from agora.vcase where id = pg_temp.it()), '{}', 'on the eighteenth birthday nobody is held');

-- Refused for fraud before: the same person, and someone of the same name and birthdate.
do $$ begin perform pg_temp.rejected('emil', '{counter_fraud}', jsonb_build_object('given_name', 'Emil', 'family_name', 'Just', 'birthdate', '1980-01-01'), 'P 6'); end $$;
do $$ begin perform pg_temp.sent('emil', 3, '{"given_name": "Emil", "family_name": "Other", "birthdate": "1980-01-02"}', 'P 7'); end $$;
select is((select hold_reasons from agora.vcase where id = pg_temp.it()), '{blocked}', 'a person who was refused for fraud is held, whatever they state');
do $$ begin perform pg_temp.sent('fred', 3, '{"given_name": "Emil", "family_name": "Just", "birthdate": "1980-01-01"}', 'P 8'); end $$;
select ok('blocked' = any (hold_reasons), 'so is someone else of that name and birthdate') from agora.vcase where id = pg_temp.it();
update agora.decision set at = now() - interval '24 months' where public_text = 'We are sorry.';
do $$ begin perform pg_temp.sent('emil', 3, '{"given_name": "Emil", "family_name": "Other", "birthdate": "1980-01-02"}', 'P 7'); end $$;
select is((select hold_reasons from agora.vcase where id = pg_temp.it()), '{}', 'after 24 months it holds nobody any more');
update agora.policy set value = '["under_age"]' where key = 'verification.screen';
do $$ begin perform pg_temp.sent('bea', 3, '{"given_name": "Ada", "family_name": "Example", "birthdate": "1980-05-17"}', 'P 1'); end $$;
select is(pg_temp.state(), 'queued', 'what the policy does not name holds nobody');
update agora.policy set value = '["duplicate", "under_age", "blocked"]' where key = 'verification.screen';

-- The first look may also end it.
do $$ begin perform pg_temp.sent('dora', 3, '{"given_name": "Dora", "family_name": "Young", "birthdate": "2020-01-01"}', 'P 9'); end $$;
select is(pg_temp.seen_by('vera') ->> 'viewed_as', 'screener', 'every verifier may look at it');
select is(pg_temp.seen_by('adam') -> 'can', '["clear", "refuse"]', 'so may an admin');
select is(pg_temp.refusal($$select agora.case_decide(pg_temp.who('adam'), pg_temp.scored(pg_temp.it()), null, 'approve', '{}', null, null, agora.case_hash(pg_temp.it()))$$), 'AG003', 'nobody approves a held case');
select is(pg_temp.refusal($$select agora.case_decide(pg_temp.who('adam'), pg_temp.scored(pg_temp.it()), null, 'reject', '{under_age}', 'Sorry.', null)$$), 'AG002', 'an admin alone does not reject for good');
select is(pg_temp.refusal($$select agora.case_decide(pg_temp.who('adam'), pg_temp.scored(pg_temp.it()), null, 'reject', '{missing_side}', 'Sorry.', null)$$), 'not refused', 'but for what can be mended');
select is(pg_temp.state(), 'rejected', 'then it is rejected');
do $$ begin perform pg_temp.sent('dora', 3, '{"given_name": "Dora", "family_name": "Young", "birthdate": "2020-01-01"}', 'P 9'); end $$;
do $$ begin perform agora.case_decide(pg_temp.who('vera'), pg_temp.scored(pg_temp.it()), null, 'reject', '{under_age}', 'Sorry.', null); end $$;
select is(pg_temp.state(), 'awaiting_second', 'a verifier''s rejection for good waits for a second person');
do $$ begin perform agora.case_withdraw(pg_temp.who('dora'), pg_temp.it()); end $$;
select is((select state from agora.decision where case_id = pg_temp.it()), 'withdrawn', 'with the case the recommendation is withdrawn');

select * from finish();
rollback;
