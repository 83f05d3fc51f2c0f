-- Hidden values of random members are changed, and everything that every kind of viewer can ask is compared:
-- any difference is a leak. The seed is told, so that a run can be repeated: PGOPTIONS='-c test.seed=0.123'.
begin;
\ir ../lib/profiles.psql
\ir ../lib/differential.psql
select no_plan();

select diag('seed ' || pg_temp.seed());
select pg_temp.people();
select is((select count(*) from pair where near is null), 0::bigint, 'for each viewer and subject it is known how near they are');

-- Two random parts of each subject, at a tier that hides them from somebody, each in three values.
select pg_temp.nothing_leaks(s.name, 2) from subject s order by s.name;

-- The test can fail. First by what is visible:
select isnt_empty($$ select pg_temp.leaks('open', 'title', 'members', false) $$, 'a change of what members see shows');

-- then by each fence that is taken down.
select pg_temp.is_found_out('agora.profile_visible(agora.profile, agora.pseudonym, jsonb, agora.tier)', '<= upto', '<= ''self''::agora.tier', 'open', 'title', 'self',
                            'rows and pages that show all fields');
select pg_temp.is_found_out('agora.profile_visible(agora.profile, agora.pseudonym, jsonb, agora.tier)', 'case when named then p.shown_name else k.name end', 'p.shown_name', 'confidential', 'shown_name', 'members',
                            'a pseudonym with the name of the member');
select pg_temp.is_found_out('agora.search_contacts(uuid)', 'return array(', 'return array(select w.account_id from agora.search_contact w union ',
                            'open', 'headline', 'contacts', 'rows for contacts that everyone reads');
select pg_temp.is_found_out('agora.search_hidden(uuid)', 'return array(', 'return ''{}''::uuid[]; return array(', 'open', 'title', 'members',
                            'a search that finds who is blocked');
select pg_temp.is_found_out('agora.person_listed(uuid)', 'p.paused_until is null', 'true', 'paused', 'title', 'members',
                            'a directory that keeps who has left it');
select pg_temp.is_found_out('agora.is_hidden(uuid, uuid)', 'v.id = viewer', 'false', 'open', 'about', 'members', 'a page for who is blocked');

select * from finish();
rollback;
