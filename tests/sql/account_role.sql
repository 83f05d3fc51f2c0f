-- Accounts by the operator's word, roles, handles.
begin;
\ir lib/accounts.psql
select no_plan();

select is(agora.handle_from('Ümit', 'van Özgür'), 'umit-van-ozgur', 'a handle is the name in plain letters');
select is(agora.handle_from('Strauß', 'd''Été'), 'strauss-d-ete', 'without signs');
select is(agora.handle_from('李', '小龍'), 'member', 'and has something to hold on to where no letter is left');
select is(agora.handle_from('A', ''), 'member-a', 'or hardly any');
select ok(agora.handle_from(repeat('x', 100), repeat('y', 100)) ~ '^x{50}$', 'it is not too long');
select matches(h, '^[a-z0-9](-?[a-z0-9])*$', 'always well formed: ' || h)
  from unnest(array[agora.handle_from('--', '--'), agora.handle_from(' Anna-', '-Lena '), agora.handle_from(repeat('ab ', 30), 'c')]) h;

select pg_temp.account('tim');
select is(agora.handle_free('tim-test'), 'tim-test-2', 'the second of a name gets a number');
select agora.account_create('tim2@account.test', 'Tim', 'Test', pg_temp.password(), true, '{}');
select is((select handle from agora.account where email = 'tim2@account.test'), 'tim-test-2', 'and has it');
select agora.account_create('tim3@account.test', 'Tim', 'Test', pg_temp.password(), true, '{}');
select is((select handle from agora.account where email = 'tim3@account.test'), 'tim-test-3', 'the third the next');

-- The operator.
create function pg_temp.put(name text, roles text[], strong boolean default true, password text default '') returns text language sql as $$
  select agora.account_put(upper(pg_temp.email(name)), initcap(name), 'Test', pg_temp.password() || password, strong, roles)
$$;
create function pg_temp.roles(name text) returns text language sql as $$ select roles::text from agora.account where id = pg_temp.id(name) $$;
select is(pg_temp.put('ada', '{verifier}'), 'made ada-test', 'an account is made');
select is((select state || '/' || email from agora.account where id = pg_temp.id('ada')), 'active/ada@account.test', 'active at once, its address in lower case');
select is(pg_temp.roles('ada'), '{verifier}', 'with its role');
select pg_temp.session('ada', 's1');
select is(pg_temp.put('ada', '{admin}', true, 'N'), 'changed ada-test', 'an account that is there is changed');
select is(pg_temp.roles('ada'), '{verifier,admin}', 'to have the role too');
select is((select password from agora.credential where account_id = pg_temp.id('ada')), pg_temp.password() || 'N', 'and the password');
select is(pg_temp.used('s1'), null, 'signed out');
select throws_ok($$select pg_temp.put('weak', '{verifier}', false)$$, 'AG003', null, 'a role needs the longer password');
select lives_ok($$select pg_temp.put('weak', '{}', false)$$, 'a member does not');
select throws_ok($$select pg_temp.put('x', '{king}')$$, '22P02', null, 'there are no other roles');
select is((select array_agg(action order by at) from agora.audit_event where subject = pg_temp.id('ada')),
          '{account.create,account.role_grant,account.password,account.role_grant}', 'all of it is in the audit log');

-- Roles. Whoever was an admin before is left out of the count.
update agora.account set state = 'suspended' where 'admin' = any (roles) and id <> pg_temp.id('ada');
select pg_temp.account('mia'), pg_temp.account('meek', '{}', false);
select pg_temp.session('mia', 's2'), pg_temp.session('meek', 's3');
select is(agora.role_grant('MIA@account.test', 'verifier'), 'mia-test', 'a role is given by address');
select is(pg_temp.roles('mia'), '{verifier}', 'and is there');
select is(pg_temp.used('s2'), null, 'the sessions end, since rights have changed');
select pg_temp.session('mia', 's4');
select agora.role_grant('mia@account.test', 'verifier');
select is(pg_temp.used('s4'), 'verifier/mia@account.test', 'giving it again changes nothing');
select throws_ok($$select agora.role_grant('nobody@account.test', 'verifier')$$, 'AG001', null, 'nobody gets nothing');
select throws_ok($$select agora.role_grant('meek@account.test', 'admin')$$, 'AG003', null, 'nor does an account with a short password');
select is(pg_temp.used('s3'), '/meek@account.test', 'which stays signed in');

select throws_ok($$select agora.role_revoke('ada@account.test', 'admin')$$, 'AG003', null, 'the last admin stays');
select agora.role_grant('mia@account.test', 'admin');
update agora.account set state = 'suspended' where id = pg_temp.id('mia');
select throws_ok($$select agora.role_revoke('ada@account.test', 'admin')$$, 'AG003', null, 'a suspended admin does not count');
update agora.account set state = 'active' where id = pg_temp.id('mia');
select lives_ok($$select agora.role_revoke('ada@account.test', 'admin')$$, 'with another one they may go');
select is(pg_temp.roles('ada'), '{verifier}', 'and keep their other roles');
select throws_ok($$select agora.role_revoke('mia@account.test', 'admin')$$, 'AG003', null, 'who is now the last, stays');
select lives_ok($$select agora.role_revoke('ada@account.test', 'admin')$$, 'taking away what is not there changes nothing');
select is((select array_agg(action order by at) from agora.audit_event where subject = pg_temp.id('mia')),
          '{account.role_grant,account.role_grant}', 'what changed nothing is not in the audit log');

select * from finish();
rollback;
