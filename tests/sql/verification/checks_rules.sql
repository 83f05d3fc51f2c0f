-- Checks that run by themselves: names that match, what a register's answer comes to, grace and lapse by the clock, leases,
-- and who may touch the tables.
begin;
set local search_path = public, pg_temp;
\ir ../lib/accounts.psql

select plan(48);

-- Names: accents, case, order, further given names, signs.
create function pg_temp.match(ga text, fa text, gb text, fb text) returns boolean language sql as $$
  select agora.names_match(agora.name_key(ga), agora.name_key(fa), agora.name_key(gb), agora.name_key(fb))
$$;
select ok(pg_temp.match('Zoë', 'Müller', 'ZOE', 'Mueller'), 'accents, umlauts and case do not count');
select ok(pg_temp.match('Ada Maria', 'Lovelace', 'Ada', 'Lovelace'), 'a further given name on one side does not count');
select ok(pg_temp.match('Lovelace', 'Ada', 'Ada', 'Lovelace'), 'nor does the order');
select ok(pg_temp.match('Gabriel', 'García Márquez', 'Gabriel', 'Marquez-Garcia'), 'nor the order of a double name');
select ok(pg_temp.match('Pat', 'O''Brien', 'Pat', 'O Brien'), 'nor an apostrophe');
select ok(pg_temp.match('Jean-Luc', 'Picard', 'Jean Luc', 'Picard'), 'nor a hyphen');
select ok(not pg_temp.match('Ada', 'Lovelace', 'Eva', 'Lovelace'), 'another given name is another person');
select ok(not pg_temp.match('Ada', 'Lovelace', 'Ada', 'Byron'), 'another family name is another person');
select ok(not pg_temp.match('', 'Lovelace', 'Ada', 'Lovelace'), 'no given name is no match');
select ok(not pg_temp.match('!', '?', '!', '?'), 'nothing but signs is no match');
create function pg_temp.whole(g text, f text, w text) returns boolean language sql as $$
  select agora.whole_name_match(agora.name_key(g), agora.name_key(f), agora.name_key(w))
$$;
select ok(pg_temp.whole('Ada', 'Example', 'EXAMPLE, Ada Maria'), 'a name in one piece, family name first');
select ok(pg_temp.whole('Ada Maria', 'Example', 'Ada Example'), 'with fewer given names than stated');
select ok(not pg_temp.whole('Ada', 'Example', 'Example'), 'a family name alone is not enough');
select ok(not pg_temp.whole('Ada', 'Example', 'Eva Example'), 'nor is another given name');
select ok(not pg_temp.whole('Ada', 'Example', 'Ada Schmidt'), 'nor another family name');

-- Domains.
select is(agora.email_domain('Ada@CS.Example.EDU'), 'cs.example.edu', 'the domain in lower case');
select is(agora.email_domain('ada@localhost'), null, 'a host without a domain is none');
select is(agora.email_domain('ada@10.0.0.1'), null, 'nor is an address of the network');
select ok(agora.is_freemail('gmail.com') and agora.is_freemail('x.gmail.com'), 'freemail and what is below it');
select ok(not agora.is_freemail('notgmail.com'), 'but not what only ends like it');
select ok((select count(*) > 150 from agora.freemail_domain), 'the list is shipped');
select is(agora.web_host('https://Example.org:8443/a?b#c'), 'example.org', 'the host of an address');
select is(agora.web_host('https://user@example.org/'), null, 'none with a user in front');
select is(agora.web_host('https://[::1]/'), null, 'none of a number');

-- A page: grace and lapse by moving the clock.
select pg_temp.account('web');
create function pg_temp.watch(kind agora.connector_kind, target text) returns uuid language sql as $$
  select (agora.watch_name(pg_temp.id('web'), n.id, target, '{}')).id from agora.connector n where n.kind = watch.kind
$$;
create function pg_temp.look(wanted uuid, came text) returns text language plpgsql as $$
begin
  perform agora.check_settle(wanted, came, null, null, 'why');
  return (select state::text from agora.register_watch where id = wanted);
end $$;
create function pg_temp.later(wanted uuid, days integer) returns void language sql as $$
  update agora.register_watch
     set created_at = created_at - make_interval(days => days), passed_at = passed_at - make_interval(days => days),
         checked_at = checked_at - make_interval(days => days), failing_since = failing_since - make_interval(days => days)
   where id = wanted
$$;
create temp table w as select pg_temp.watch('dns', 'one.example') as one, pg_temp.watch('dns', 'two.example') as two;
select is(pg_temp.look(one, 'failed'), 'waiting', 'never found: it waits') from w;
select ok(next_at > now() and next_at < now() + interval '1 hour', 'and is looked at again soon') from agora.register_watch, w where id = one;
select is(pg_temp.look(one, 'passed'), 'good', 'found: good') from w;
select is(next_at, now() + interval '7 days', 'looked at again in a week') from agora.register_watch, w where id = one;
select is(pg_temp.look(one, 'away'), 'good', 'a fault of ours changes nothing') from w;
select is(pg_temp.look(one, 'failed'), 'grace', 'gone: grace') from w;
select pg_temp.later(one, 6) from w;
select is(pg_temp.look(one, 'failed'), 'grace', 'on the sixth day still grace') from w;
select pg_temp.later(one, 1) from w;
select is(pg_temp.look(one, 'failed'), 'lapsed', 'on the seventh it lapses') from w;
select is(pg_temp.look(one, 'passed'), 'lapsed', 'a look that comes too late brings nothing back') from w;
select pg_temp.look(two, 'failed') from w;
select pg_temp.later(two, 15) from w;
select pg_temp.look(two, 'failed') from w;
select is(next_at, null, 'what was never found is not looked at for ever') from agora.register_watch, w where id = two;

-- Leases: two workers never look at the same; a dead one's is taken after its time.
update agora.register_watch set next_at = null;
update agora.register_watch set next_at = now() where id = (select two from w);
select is((select count(*) from agora.check_claim(60)), 1::bigint, 'what is due is claimed');
select is((select count(*) from agora.check_claim(60)), 0::bigint, 'and by one worker alone');
update agora.register_watch set lease_until = now() where id = (select two from w);
select is((select count(*) from agora.check_claim(60)), 1::bigint, 'until its lease has run out');

-- An e-mail domain by the clock.
create temp table mail as
  select (agora.watch_settle(agora.watch_name(pg_temp.id('web'), n.id, 'work.example', '{}'), 'passed', null, null)).id
    from agora.connector n where n.kind = 'email_code';
update agora.register_watch set passed_at = now() - interval '336 days', next_at = now() where id = (select id from mail);
select is(agora.domain_by_clock(), 1, 'a month before the year is over it is due');
select is(state::text, 'good', 'and still good') from agora.register_watch where id = (select id from mail);
select ok(exists (select from agora.outbox where kind = 'mail' and payload ->> 'subject' like 'Confirm your address at work.example%'),
          'its member is told');
update agora.register_watch set passed_at = now() - interval '366 days', next_at = now() where id = (select id from mail);
select agora.domain_by_clock();
select is(state::text, 'lapsed', 'after a year it lapses') from agora.register_watch where id = (select id from mail);

-- A register that cannot be asked: what it said grows old.
insert into agora.connector (kind, subject, name, every) values ('roster', 'professional', 'Engineers', '28 days');
create temp table entry as
  select (agora.watch_settle(agora.watch_name(pg_temp.id('web'), n.id, 'E1', '{}'), 'passed', 'Registered', null)).id
    from agora.connector n where n.name = 'Engineers';
update agora.register_watch set passed_at = now() - interval '31 days' where id = (select id from entry);
select is(agora.standing_by_clock(), 1, 'after 31 days without an answer');
select is(state::text, 'waiting', 'the entry carries no standing') from agora.register_watch where id = (select id from entry);

-- Rights.
select is((select count(*) from information_schema.role_table_grants
            where grantee = 'agora_app' and table_schema = 'agora'
              and table_name in ('connector', 'register_watch', 'evidence_watch', 'domain_code', 'roster_import', 'roster_row',
                                 'roster_fault', 'screening', 'connector_trial', 'freemail_domain')),
          0::bigint, 'the service has no right on the tables');
select is((select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'agora' and p.proname in ('watch_settle', 'roster_compare', 'roster_look', 'checks_register', 'check_judge')
              and has_function_privilege('agora_app', p.oid, 'execute')),
          0::bigint, 'nor on what only other functions call');
select is((select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'agora' and c.relname = 'domain_code' and a.attname ~ 'email|address'),
          0::bigint, 'there is no column for an address');
select throws_ok($$ insert into agora.connector (kind, subject, name, every) values ('dns', 'web_resource', 'Another', '7 days') $$,
                 '23505', null, 'a built-in way to look is there once');
select throws_ok($$ insert into agora.connector (kind, subject, name, every) values ('roster', 'web_resource', 'Odd', '7 days') $$,
                 '23514', null, 'and a list shows no web page');

select * from finish();
rollback;
