-- Sessions: how long they last, what ends them; and guessing, which costs time and locks nobody out.
begin;
\ir lib/accounts.psql
select no_plan();

select pg_temp.account('ann'), pg_temp.account('vera', '{verifier}'), pg_temp.account('ada', '{verifier,admin}');

-- Opening and using.
select is(pg_temp.session('ann', 's1')::jsonb - 'expires_at' #- '{account,id}',
          '{"account": {"handle": "ann-test", "shown_name": "Ann Test", "email": "ann@account.test", "roles": ["member"], "level": 0}}',
          'a session says who is signed in');
select is(pg_temp.used('s1'), '/ann@account.test', 'its secret is recognised');
select is(pg_temp.used('s2'), null, 'another is not');
select is((select count(*) from agora.session s where s::text like '%s1%'), 0::bigint, 'the secret is not kept');
select pg_temp.session('ada', 's3'), pg_temp.session('vera', 's4');
select is(pg_temp.used('s3'), 'verifier admin/ada@account.test', 'roles come with it');
select is((select authenticated_us from agora.session_use(pg_temp.hash('s1'))),
          (select floor(extract(epoch from authenticated_at) * 1000000)::bigint from agora.session where id = pg_temp.session_id('s1')), 'and the time of signing in');

-- How long.
select is((select idle::text || ' ' || (ends_at - now())::text from agora.session where id = pg_temp.session_id('s1')), '336:00:00 90 days',
          'a member''s session lasts 14 days unused, 90 days at most');
select is((select idle::text || ' ' || (ends_at - now())::text from agora.session where id = pg_temp.session_id(t)), '00:30:00 12:00:00',
          'that of a role 30 minutes unused, 12 hours at most: ' || t) from unnest('{s3,s4}'::text[]) t;
update agora.session set last_used_at = now() - interval '30 minutes' where id = pg_temp.session_id('s4');
select is(pg_temp.used('s4'), null, 'unused for that long it ends');
update agora.session set last_used_at = now() - interval '29 minutes 59 seconds' where id = pg_temp.session_id('s4');
select is(pg_temp.used('s4'), 'verifier/vera@account.test', 'not a second before');
select is((select last_used_at from agora.session where id = pg_temp.session_id('s4')), now(), 'use keeps it alive');
update agora.session set last_used_at = now() - interval '50 seconds' where id = pg_temp.session_id('s4');
select pg_temp.used('s4');
select is((select last_used_at from agora.session where id = pg_temp.session_id('s4')), now() - interval '50 seconds', 'which is written once a minute at most');
update agora.session set ends_at = now() where id = pg_temp.session_id('s4');
select is(pg_temp.used('s4'), null, 'however much it is used, it ends');

-- What ends them.
update agora.account set version = version + 1 where id = pg_temp.id('ann');
select is(pg_temp.used('s1'), '/ann@account.test', 'a change of something else does not');
update agora.account set roles = '{verifier}' where id = pg_temp.id('ann');
select is(pg_temp.used('s1'), null, 'a change of roles does');
update agora.account set roles = '{}' where id = pg_temp.id('ann');
select pg_temp.session('ann', 's5');
update agora.account set state = 'suspended' where id = pg_temp.id('ann');
select is(pg_temp.used('s5'), null, 'suspension does');
select is((select count(*) from agora.session_open(pg_temp.id('ann'), pg_temp.hash('s6'), '192.0.2.1', '')), 0::bigint, 'who is suspended gets no other');
update agora.account set state = 'active' where id = pg_temp.id('ann');
select is(pg_temp.used('s5'), null, 'and is signed out when back');

-- The list.
select pg_temp.session('ann', 's7'), pg_temp.session('ann', 's8'), pg_temp.session('vera', 's9');
select is((select jsonb_agg(jsonb_build_array(i ->> 'device', i ->> 'current') order by i ->> 'current')
             from jsonb_array_elements(agora.session_list(pg_temp.id('ann'), pg_temp.session_id('s8'))::jsonb -> 'items') i),
          '[["Firefox on Linux", "false"], ["Firefox on Linux", "true"]]', 'a member sees their own sessions, and which one asks');
select throws_ok(format('select agora.session_end(%L, %L)', pg_temp.id('ann'), pg_temp.session_id('s9')), 'AG001', null, 'nobody ends another''s');
select lives_ok(format('select agora.session_end(%L, %L)', pg_temp.id('ann'), pg_temp.session_id('s7')), 'but any of their own');
select is(pg_temp.used('s7'), null, 'which is over then');
select is(agora.device(agent), device, device) from (values
  ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on Windows'),
  ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0', 'Edge on Windows'),
  ('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1', 'Safari on iOS'),
  ('Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'),
  ('curl/7.88.1', 'Another program'), ('', 'Another program')) t (agent, device);

-- Guessing.
create function pg_temp.try(name text, address text default '192.0.2.7') returns integer language sql as $$
  select wait from agora.sign_in_begin(pg_temp.email(name), address)
$$;
create function pg_temp.later(seconds integer) returns void language sql as $$
  update agora.attempt set last_at = last_at - make_interval(secs => seconds)
$$;
delete from agora.attempt;
select is(array_agg(pg_temp.try('vera')), '{0,0,0,0,0,0}', 'a few tries are free') from generate_series(1, 6);
select ok(pg_temp.try('vera') between 1 and 2, 'then each costs a wait');
select is(pg_temp.try('vera'), pg_temp.try('vera'), 'asking meanwhile does not make it longer');
select pg_temp.later(2);
select is(pg_temp.try('vera'), 0, 'which ends');
select ok(pg_temp.try('vera') between 3 and 4, 'and doubles');
select is((select account from agora.sign_in_begin(pg_temp.email('vera'), '192.0.2.7')), null, 'no password is looked at while waiting');
select ok((select bool_and(pg_temp.try('vera', '198.51.100.' || n) > 0) from generate_series(1, 3) n), 'another address does not help');
select is(pg_temp.try('ann'), 0, 'other accounts do not wait');
update agora.attempt set n = 1000 where key = 'account:' || agora.email_key(pg_temp.email('vera'));
update agora.attempt set last_at = clock_timestamp() where key = 'account:' || agora.email_key(pg_temp.email('vera'));
select ok(pg_temp.try('vera') between 55 and 60, 'a minute is the longest');
select is(pg_temp.try('vera', '192.0.2.1'), 0, 'where the member has signed in before there is no wait: a stranger cannot lock them out');
select pg_temp.try('vera', '192.0.2.1') from generate_series(1, 6);
select ok(pg_temp.try('vera', '192.0.2.1') > 0, 'though guesses made there count there');
update agora.known_place set last_at = now() - interval '91 days' where account_id = pg_temp.id('vera');
select ok(pg_temp.try('vera', '192.0.2.1') > 50, 'for 90 days');
select pg_temp.later(90000);
select is(pg_temp.try('vera'), 0, 'after a day all is forgotten');

delete from agora.attempt;
select is(array_agg(pg_temp.try('nobody')), '{0,0,0,0,0,0}', 'an unknown address is treated the same') from generate_series(1, 6);
select ok(pg_temp.try('nobody') between 1 and 2, 'in all');

delete from agora.attempt;
select pg_temp.try('many' || n, '2001:db8:1:2::' || n) from generate_series(1, 31) n;
select ok(pg_temp.try('ann', '2001:db8:1:2:ffff::1') > 0, 'one network that tries many accounts waits too');
select is(pg_temp.try('ann', '2001:db8:1:3::1'), 0, 'its neighbour does not');

delete from agora.attempt;
select pg_temp.try('vera') from generate_series(1, 3);
select pg_temp.session('vera', 's10', '192.0.2.7');
select is((select count(*) from agora.attempt where key like 'account:%@192.0.2.7'), 0::bigint, 'the right password ends the count there');
select is((select n from agora.attempt where key = 'address:192.0.2.7'), 2, 'and takes its own try back from the address');

select is((select password from agora.sign_in_begin(pg_temp.email('vera'), '192.0.2.9')), pg_temp.password(), 'an active account has a password to check');
update agora.account set state = 'suspended' where id = pg_temp.id('vera');
select is((select coalesce(account::text, 'none') || coalesce(password, 'none') from agora.sign_in_begin(pg_temp.email('vera'), '192.0.2.9')), 'nonenone', 'another one has none');
select is(agora.place('unix'), 'unix', 'an address that is none stands for itself');

select table_privs_are('agora', t, 'agora_app', '{}', 'the service has no right to the table ' || t)
  from unnest('{credential,application,password_reset,session,known_place,attempt,account}'::text[]) t;
select is(has_function_privilege('agora_app', f, 'execute'), false, 'nor may it call ' || f)
  from unnest('{agora.account_create(text\,text\,text\,text\,boolean\,agora.account_role[]),agora.password_set(uuid\,text\,boolean),agora.account_of(text)}'::text[]) f;

select * from finish();
rollback;
