-- A member is linked by the code that they ping to the introducer: once, by its owner, in time.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem}'::text[]) n;
select pg_temp.member('new', 0);
\set uid '%+123456789BCDFGHJKLMNPQRSTVWXYZ'
select translate(:'uid', '%', '1') as other_uid, translate(:'uid', '+', '2') as third_uid \gset

-- A code is any text here; C makes and hashes the real ones.
create function pg_temp.hash(code text) returns text language sql as $$ select encode(sha256(code::bytea), 'hex') $$;
create function pg_temp.code(name text, code text) returns text language sql as $$
  select agora.tmtp_code_make(pg_temp.id(name), pg_temp.hash(code))
$$;
create function pg_temp.ping(uid text, alias text, variadic codes text[]) returns text language sql as $$
  select agora.tmtp_pinged(uid, alias, array(select pg_temp.hash(c) from unnest(codes) c))
$$;
create function pg_temp.tries(uid text) returns integer language sql as $$
  select coalesce((select n from agora.attempt where key = agora.tmtp_ping_key(uid)), 0)
$$;

-- who gets one
select throws_ok($$ select pg_temp.code('new', 'n') $$, 'AG002', null, 'who is not verified gets no code');
select ok(pg_temp.code('ann', 'a1')::timestamptz between now() + interval '59 minutes' and now() + interval '61 minutes', 'a code lasts an hour');
select is((select count(*) from agora.tmtp_code where code_hash = decode(pg_temp.hash('a1'), 'hex')), 1::bigint, 'its hash is kept');
select pg_temp.code('ann', 'a2');
select is((select count(*) from agora.tmtp_code), 1::bigint, 'a member has one at a time');

-- what links nobody
select is(pg_temp.ping(:'uid', 'Ann Test', 'a1'), 'refused', 'the code before it is worth nothing');
select is(pg_temp.ping(:'uid', 'Ann Test', 'hello'), 'refused', 'nor are words that are none');
select is(pg_temp.tries(:'uid'), 2, 'both are counted, by the hash of the uid');
select is((select count(*) from agora.attempt a where a.key like '%' || :'uid' || '%'), 0::bigint, 'which is not written down itself');
update agora.tmtp_code set expires_at = now() - interval '1 second';
select is(pg_temp.ping(:'uid', 'Ann Test', 'a2'), 'refused', 'one that has run out links nobody');
select pg_temp.code('ann', 'a3');
select is(pg_temp.ping(:'uid', '', 'a3'), 'refused', 'nor does one from a user without a name');
select is(pg_temp.ping(:'uid', repeat('a', 81), 'a3'), 'refused', 'or with one that is too long');
update agora.account set state = 'suspended' where id = pg_temp.id('ann');
delete from agora.attempt;
select is(pg_temp.ping(:'uid', 'Ann Test', 'a3'), 'refused', 'nor one of a member who may not take part any more');
update agora.account set state = 'active' where id = pg_temp.id('ann');
select is((select count(*) from agora.tmtp_account), 0::bigint, 'nobody has been linked by all that');

-- the right one
select pg_temp.told();
select is(pg_temp.ping(:'uid', 'Ann Test', 'something', 'a3'), 'linked', 'the right code links, among other words');
select is((select t.uid || ' ' || t.alias from agora.tmtp_account t where t.account_id = pg_temp.id('ann')), :'uid' || ' Ann Test', 'its owner to the TMTP user who sent it');
select is(pg_temp.told(), '{ann}', 'whose browser is told');
select is((select count(*) from agora.tmtp_code), 0::bigint, 'and it is gone');
select is(pg_temp.ping(:'uid', 'Ann Test', 'a3'), 'refused', 'the same ping once more changes nothing');
select is(pg_temp.ping(:'other_uid', 'Bob Test', 'a3'), 'refused', 'nor does the code from somebody else');
select throws_ok($$ select pg_temp.code('ann', 'a4') $$, 'AG003', null, 'who is linked gets no further code');

-- another person's
select pg_temp.code('bob', 'b1');
select is(pg_temp.ping(:'uid', 'Ann Test', 'b1'), 'taken', 'a code from the account of another person is an alarm');
select is((select count(*) from agora.tmtp_account where account_id = pg_temp.id('bob')), 0::bigint, 'that links nobody');
select is((select t.account_id from agora.tmtp_account t where t.uid = :'uid'), pg_temp.id('ann'), 'and takes nobody''s account away');
select is((select e.detail ->> 'linked_to' from agora.audit_event e where e.action = 'tmtp.link_refused' and e.subject = pg_temp.id('bob')),
          pg_temp.id('ann')::text, 'the log names both members');
select is(pg_temp.ping(:'other_uid', 'Bob Test', 'b1'), 'linked', 'its owner can use it still');
select is((select count(*) from agora.audit_event where detail::text ~ '123456789BCD'), 0::bigint, 'no uid in the audit log');

-- a second account of the same person
select pg_temp.member('ann2');
update agora.account set person_id = agora.person_of(pg_temp.id('ann')) where id = pg_temp.id('ann2');
select pg_temp.code('ann2', 'a5');
select is(pg_temp.ping(:'uid', 'Ann Test', 'a5'), 'refused', 'a TMTP account stands for one account here, and one''s own is no alarm');

-- too many
delete from agora.attempt;
select pg_temp.code('cem', 'c1');
select pg_temp.ping(:'third_uid', 'Cem Test', 'wrong') from generate_series(1, agora.policy_int('tmtp.free_pings')::integer + 1);
select is(pg_temp.ping(:'third_uid', 'Cem Test', 'c1'), 'ignored', 'after too many wrong ones the right one is not looked at');
select is(pg_temp.tries(:'third_uid'), 6, 'and waiting does not get longer by it');
update agora.attempt set last_at = last_at - interval '1 hour';
select is(pg_temp.ping(:'third_uid', 'Cem Test', 'c1'), 'linked', 'until some time has passed');
update agora.policy set value = '3' where key = 'tmtp.codes_per_hour';
select pg_temp.member('dan');
select pg_temp.code('dan', n::text) from generate_series(1, 3) n;
select throws_ok($$ select pg_temp.code('dan', '4') $$, 'AG006', null, 'codes are given out a few an hour');

-- a grant that waited, and an end that the server is not told of
select pg_temp.ask('ann', 'dan') as i \gset
select pg_temp.act('accept', 'dan', :'i');
select is((select next_at::text from agora.outbox where kind = 'grant'), 'infinity', 'a grant waits for both to be linked');
update agora.tmtp_code set code_hash = decode(pg_temp.hash('d'), 'hex') where account_id = pg_temp.id('dan');
select pg_temp.ping(translate(:'uid', '9', '1'), 'Dan Test', 'd');
select is(pg_temp.work(), '{grant,tell}', 'a ping is what it waited for');
select pg_temp.act('end', 'dan', :'i');
select agora.outbox_settle(o.id, '{"told": false}') from agora.outbox_claim('{end}', 30) o;
select is((select detail from agora.audit_event where action = 'contact.end'), '{"server_told": false}', 'the log says that the server was not told of an end');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('dan')), false, 'and they are contacts no more here');
select is((select count(*) from agora.check_work()), 0::bigint, 'which is in order');

select * from finish();
rollback;
