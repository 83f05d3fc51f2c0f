-- Joining and new passwords by a code: works once, for a day, whatever others try, and tells strangers nothing.
begin;
\ir lib/accounts.psql
select no_plan();

create function pg_temp.apply(name text, code text, family text default 'Test', password text default pg_temp.password(), place text default '192.0.2.1') returns void
  language sql as $$
  select agora.apply(pg_temp.email(name), initcap(name), family, password, false, pg_temp.hash(code), '{"kind": "code"}', '{"kind": "known"}', place)
$$;
create function pg_temp.confirm(name text, code text) returns boolean language sql as $$
  select agora.application_confirm(pg_temp.email(name), pg_temp.hash(code), '192.0.2.1')
$$;

select pg_temp.apply('ann', 'c1');
select is(pg_temp.id('ann'), null, 'an application makes no account');
select is(pg_temp.mail('ann'), 'code', 'but a message with a code');
select is(pg_temp.confirm('ann', 'c2'), false, 'a wrong code confirms nothing');
select is(pg_temp.confirm('bob', 'c1'), false, 'nor does the code of another');
select is(pg_temp.confirm('ann', 'c1'), true, 'the code confirms the address');
select is((select state || '/' || handle || '/' || given_name || '/' || roles::text from agora.account where id = pg_temp.id('ann')),
          'active/ann-test/Ann/{}', 'which makes an active account without roles');
select is((select shown_name from agora.profile where account_id = pg_temp.id('ann')), 'Ann Test', 'with a profile');
select is((select password || strong from agora.credential where account_id = pg_temp.id('ann')), pg_temp.password() || 'false', 'and the password');
select is((select array_agg(action) from agora.audit_event where subject = pg_temp.id('ann')), '{account.create}', 'which is in the audit log');
select is(pg_temp.confirm('ann', 'c1'), false, 'a code works once');

select pg_temp.apply('ann', 'c3');
select is(pg_temp.mail('ann'), 'known', 'who has an account already is told so by mail');
select is(pg_temp.confirm('ann', 'c3'), false, 'and there is no code to confirm');
update agora.account set state = 'erased' where id = pg_temp.id('ann');
select pg_temp.apply('ann', 'c4');
select is(pg_temp.mail('ann'), 'code', 'the address of an erased account may apply again');

-- A stranger who applies with somebody's address must not get an account with the stranger's password.
select pg_temp.apply('eva', 'strangers', 'Stranger', pg_temp.password() || 'S');
select pg_temp.apply('eva', 'evas', 'Owner', pg_temp.password() || 'E');
select pg_temp.apply('eva', 'strangers2', 'Stranger', pg_temp.password() || 'S');
select is(pg_temp.confirm('eva', 'evas'), true, 'a code confirms its own application, whatever came before and after');
select is((select family_name || '/' || password from agora.account a join agora.credential c on c.account_id = a.id where a.id = pg_temp.id('eva')),
          'Owner/' || pg_temp.password() || 'E', 'with the names and the password of that one');
select is(pg_temp.confirm('eva', 'strangers2'), false, 'and the others are void');

select pg_temp.apply('old', 'c5');
update agora.application set expires_at = now() where email = pg_temp.email('old');
select is(pg_temp.confirm('old', 'c5'), false, 'a code ends after its 24 hours');
select is((select count(*) from agora.application where email = pg_temp.email('old') and expires_at > now() + interval '24 hours'), 0::bigint, 'which are no more than that');
select pg_temp.apply('new', 'c6');
select is((select count(*) from agora.application where email = pg_temp.email('old')), 0::bigint, 'and are cleared away');

-- Guessing: who guesses is slowed down; the owner's code, given elsewhere, counts all the same.
create function pg_temp.code_try(name text, place text) returns integer language sql as $$
  select agora.code_begin(pg_temp.email(name), place)
$$;
select is(array_agg(pg_temp.code_try('new', '192.0.2.66')), '{0,0,0,0,0,0}', 'a few guesses are free') from generate_series(1, 6);
select cmp_ok(pg_temp.code_try('new', '192.0.2.66'), '>', 0, 'then each costs a delay');
update agora.attempt set n = 1000000, last_at = clock_timestamp() where key = agora.code_key(pg_temp.email('new'), '192.0.2.66');
select ok(pg_temp.code_try('new', '192.0.2.66') between 59 and 60, 'of at most a minute');
select is(pg_temp.code_try('new', '192.0.2.1'), 0, 'nobody elsewhere waits');
select is(array_agg(distinct pg_temp.confirm('new', 'guess' || n)), '{f}', 'guesses are refused') from generate_series(1, 40) n;
select is(pg_temp.confirm('new', 'c6'), true, 'and the code itself stays good');
select is((select count(*) from agora.attempt where key = agora.code_key(pg_temp.email('new'), '192.0.2.1')), 0::bigint, 'which takes the tries back');
select cmp_ok(sum(pg_temp.code_try('n' || n, '192.0.2.67')), '>', 0::bigint, 'one network that tries many addresses waits too') from generate_series(1, 40) n;

select pg_temp.mail('flood');
select pg_temp.apply('flood', 'f' || n) from generate_series(1, 8) n;
select is(pg_temp.mail('flood'), 'code,code,code,code,code', 'an address gets five messages an hour at most because of one network');
select pg_temp.apply('flood', 'o1', place => '198.51.100.1');
select is(pg_temp.mail('flood'), 'code', 'which does not keep the owner elsewhere from getting one');
select pg_temp.apply('flood', 'p' || n, place => '203.0.113.' || n) from generate_series(1, 30) n;
select is(cardinality(string_to_array(pg_temp.mail('flood'), ',')), 14, 'twenty wherever they are asked for');
update agora.attempt set last_at = now() - interval '61 minutes' where key like 'mail:' || agora.email_key(pg_temp.email('flood')) || '%';
select pg_temp.apply('flood', 'f9');
select is(pg_temp.mail('flood'), 'code', 'and more later');
select is((select count(*) from agora.attempt where key like '%flood%'), 0::bigint, 'the counters do not know the address in the clear');

-- New passwords.
create function pg_temp.reset(name text, code text) returns void language sql as $$
  select agora.reset_ask(pg_temp.email(name), pg_temp.hash(code), '{"kind": "reset"}', '192.0.2.1')
$$;
create function pg_temp.reset_check(name text, code text) returns integer language sql as $$
  select agora.reset_check(pg_temp.email(name), pg_temp.hash(code), '192.0.2.1')
$$;
create function pg_temp.reset_to(name text, code text, password text, strong boolean default false) returns boolean language sql as $$
  select agora.reset_confirm(pg_temp.email(name), pg_temp.hash(code), pg_temp.password() || password, strong, '{"kind": "changed"}')
$$;
select pg_temp.account('max'), pg_temp.account('vera', '{verifier}'), pg_temp.account('gone');
update agora.account set state = 'suspended' where id = pg_temp.id('gone');
select pg_temp.reset('max', 'r1'), pg_temp.reset('vera', 'r2'), pg_temp.reset('gone', 'r3'), pg_temp.reset('nobody', 'r4');
select is(pg_temp.mail('max'), 'reset', 'a member who asks gets a code');
select is(pg_temp.mail('gone') || pg_temp.mail('nobody'), 'nonenone', 'a suspended account and nobody do not');
select is((select count(*) from agora.attempt where key = 'mail:' || agora.email_key(pg_temp.email('nobody'))), 1::bigint, 'though both ways write as much');
select is(pg_temp.reset_check('max', 'r1'), 12, 'the code says how long a member''s password must be');
select is(pg_temp.reset_check('vera', 'r2'), 15, 'and a verifier''s');
select is(pg_temp.reset_check('max', 'r2') + pg_temp.reset_check('gone', 'r3') + pg_temp.reset_check('nobody', 'r4'), 0, 'no other code says anything');
select pg_temp.session('max', 's1'), pg_temp.session('vera', 's2');
select is(pg_temp.reset_to('max', 'wrong', 'N'), false, 'a wrong code sets no password');
select is(pg_temp.reset_to('vera', 'r2', 'N', false), false, 'nor does a verifier get a short one');
select is(pg_temp.used('s1'), '/max@account.test', 'until then sessions go on');
select pg_temp.reset('max', 'r5');
select is(pg_temp.reset_to('max', 'r1', 'N'), true, 'the code sets the password');
select is((select password from agora.credential where account_id = pg_temp.id('max')), pg_temp.password() || 'N', 'which is the new one');
select is(pg_temp.used('s1'), null, 'every session ends');
select is(pg_temp.mail('max'), 'reset,changed', 'the member is told');
select is(pg_temp.reset_to('max', 'r1', 'X'), false, 'the code works once');
select is(pg_temp.reset_to('max', 'r5', 'X'), false, 'and others sent before are void');
select is(pg_temp.used('s2'), 'verifier/vera@account.test', 'nobody else is signed out');
select is(array_agg(distinct pg_temp.reset_check('vera', 'guess' || n)), '{0}', 'guesses are refused') from generate_series(1, 40) n;
select is(pg_temp.reset_check('vera', 'r2'), 15, 'and the code itself stays good');
select pg_temp.reset('vera', 'r6');
update agora.password_reset set expires_at = now();
select is(pg_temp.reset_to('vera', 'r6', 'N', true), false, 'a code ends after its 24 hours');

select * from finish();
rollback;
