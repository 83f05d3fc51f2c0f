-- Two persons who are one: what hangs on either hangs on the one that stays; who may, and what stands in
-- the way. And terms of membership.
begin;
set local search_path = public, pg_temp;
\ir ../lib/person_keys.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}') returns uuid language plpgsql as $$
declare
  human uuid := agora.new_id();
  made uuid;
begin
  insert into agora.person (id) values (human);
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (human, name || '@merge.example', 'merge-' || name, initcap(name), 'Example', 'active', roles) returning id into made;
  insert into agora.profile (account_id, shown_name) values (made, initcap(name)) on conflict do nothing;
  return made;
end $$;
create temp table actor as
  select name, pg_temp.account(name, roles::agora.account_role[]) as id
    from (values ('ada', '{}'), ('double', '{}'), ('bea', '{}'), ('adam', '{admin}'), ('olga', '{admin}')) a (name, roles);
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
create function pg_temp.person(wanted text) returns uuid language sql as 'select person_id from agora.account where id = pg_temp.who(wanted)';
create function pg_temp.merge(keep uuid, gone uuid, one text default 'adam', other text default 'olga') returns text language plpgsql as $$
declare
  pointer text;
begin
  perform agora.two_person_do_merge_persons(jsonb_build_object('keep', keep, 'gone', gone), pg_temp.who(one), pg_temp.who(other));
  return 'done';
exception when others then
  get stacked diagnostics pointer = pg_exception_detail;
  return sqlstate || coalesce(' ' || nullif(pointer, ''), '');
end $$;
create temp table was as select pg_temp.person('ada') as ada, pg_temp.person('double') as double;

select no_plan();

-- Who may
select is(pg_temp.merge(ada, ada), 'AG004 /payload', 'a person is not merged with themself') from was;
select is(pg_temp.merge(ada, agora.new_id()), 'AG004 /payload', 'nor with one who does not exist') from was;
select is(pg_temp.merge(ada, null), 'AG004 /payload', 'nor with nobody') from was;
select is(pg_temp.merge(ada, double, 'adam', 'adam'), 'AG002', 'one person alone does not merge') from was;
select is(pg_temp.merge(ada, pg_temp.person('olga')), 'AG002', 'nobody merges themself') from was;

-- What stands in the way
do $$ begin perform agora.case_open(pg_temp.who('ada'), 2), agora.case_open(pg_temp.who('double'), 2); end $$;
select is(pg_temp.merge(ada, double), 'AG003', 'two open requests are settled first') from was;
select isnt((select person_id from agora.account where id = pg_temp.who('double')), ada, 'and nothing is half done') from was;
do $$ begin perform agora.case_withdraw(pg_temp.who('double'), (select id from agora.vcase where account_id = pg_temp.who('double'))); end $$;

-- What moves
do $$ begin
  perform agora.verification_grant_example(pg_temp.who('ada'), 2), agora.verification_grant_example(pg_temp.who('double'), 3);
  perform agora.membership_put((select ada from was), 'Society', 'Fellow', '2020-01-01', null, 'roster');
  perform agora.membership_put((select double from was), 'Society', 'Member', '2018-01-01', null, 'roster');
  perform agora.disclosure_put(pg_temp.who('ada'), '{"history": "self"}'), agora.disclosure_put(pg_temp.who('double'), '{"history": "public", "evidence": "self"}');
  perform agora.block_add(pg_temp.who('bea'), 'merge-ada'), agora.block_add(pg_temp.who('bea'), 'merge-double'), agora.block_add(pg_temp.who('double'), 'merge-ada');
end $$;
select is(pg_temp.merge(ada, double), 'done', 'two persons confirm, and it is done') from was;
select is(pg_temp.person('double'), ada, 'both accounts are of one person') from was;
select is((select count(*) from agora.person where id = double), 0::bigint, 'the other is no more') from was;
select is((select array_agg(state::text || ' ' || level order by level) from agora.verification where person_id = ada),
  '{"superseded 2","active 3"}', 'the higher verification holds, the other is superseded') from was;
select is((select end_reason from agora.verification where person_id = ada and state = 'superseded'), 'duplicate_merged', 'for that reason') from was;
select is(agora.member_level(pg_temp.who('ada')), 3, 'every account has its level');
select is((select jsonb_agg(m - 'ended') from jsonb_array_elements(agora.membership_of(ada)) m),
  '[{"grade": "Member", "began": "2018-01-01", "organisation": "Society"}, {"grade": "Fellow", "began": "2020-01-01", "organisation": "Society"}]',
  'all terms of membership are there') from was;
select is((select count(*) from agora.membership where person_id = ada and ended is null), 1::bigint, 'one of them lasts') from was;
select is(agora.disclosed(ada, 'history'), 'self', 'of two choices that of the one who stays counts') from was;
select is(agora.disclosed(ada, 'evidence'), 'self', 'a choice of the other alone is kept') from was;
select is((select count(*) from agora.block where blocked_person = ada), 1::bigint, 'a block by another is there once') from was;
select is((select count(*) from agora.block where blocker_person = ada), 0::bigint, 'one of themself is gone') from was;
select is((select count(*) from agora.person_key where person_id = ada), 2::bigint, 'and is found by the hashes of both') from was;
select is((select count(*) from agora.audit_event e, was where e.action = 'person.merge' and e.subject = ada and e.actor = pg_temp.who('olga')
            and e.detail ->> 'asked_by' = pg_temp.who('adam')::text), 1::bigint, 'the log says who asked and who confirmed');
select is((select count(*) from pg_constraint c join pg_class t on t.oid = c.conrelid where c.contype = 'f' and c.confrelid = 'agora.person'::regclass
            and cardinality(c.conkey) <> 1), 0::bigint, 'no table names a person in a way that the merge does not see');

-- A suspension is not lifted by merging with a good one
do $$ begin
  update agora.verification set state = 'suspended', version = version + 1 where person_id = pg_temp.person('ada') and state = 'active';
  perform agora.verification_grant_example(pg_temp.who('bea'), 3);
  delete from agora.block;
end $$;
select is(pg_temp.merge(pg_temp.person('bea'), pg_temp.person('ada')), 'done', 'one who is suspended is merged');
select is(agora.member_level(pg_temp.who('bea')), 0, 'and stays suspended');

-- Terms of membership
do $$ begin
  perform agora.membership_put(pg_temp.person('adam'), 'Society', 'Member', '2018-01-01', null, 'roster');
  perform agora.membership_put(pg_temp.person('adam'), 'Society', 'Member', '2018-01-01', null, 'roster');
  perform agora.membership_put(pg_temp.person('adam'), 'Society', 'Fellow', '2021-06-01', null, 'roster');
end $$;
select is(agora.membership_of(pg_temp.person('adam')),
  '[{"grade": "Member", "began": "2018-01-01", "ended": "2021-05-31", "organisation": "Society"}, {"grade": "Fellow", "began": "2021-06-01", "organisation": "Society"}]',
  'the same term said again is one; another grade is another term');

select * from finish();
rollback;
