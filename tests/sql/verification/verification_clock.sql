-- What comes by the clock in the life of a verification, each once; and every change of its state by every
-- role, for every reason.
begin;
set local search_path = public, pg_temp;

create function pg_temp.account(name text, roles text[] default '{}', person uuid default agora.new_id())
  returns uuid language plpgsql as $$
declare
  made uuid;
begin
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@clock.example', 'clock-' || name, initcap(name), 'Example', 'active', roles::agora.account_role[])
  returning id into made;
  insert into agora.profile (account_id, shown_name) values (made, initcap(name) || ' Example');
  return made;
end $$;
create temp table actor (name text, id uuid);
insert into actor select n, pg_temp.account(n, r::text[]) from (values ('ada', '{}'), ('member', '{}'), ('verifier', '{verifier}'),
  ('second', '{verifier}'), ('admin', '{admin}'), ('auditor', '{auditor}'), ('privacy', '{privacy_officer}')) t (n, r);
create function pg_temp.who(wanted text) returns uuid language sql as 'select id from actor where name = wanted';
\ir ../lib/refusal.psql
create function pg_temp.mails(part text) returns bigint language sql as $$
  select count(*) from agora.outbox where kind = 'mail' and payload ->> 'subject' like part
$$;
create function pg_temp.history() returns text[] language sql as $$
  select array_agg(event order by e.id) from agora.verification_event e join agora.verification v on v.id = e.verification_id
   where v.account_id = pg_temp.who('ada')
$$;
-- The current verification of ada, in a state.
create function pg_temp.verified(state text, level integer default 2) returns uuid language plpgsql as $$
declare
  made uuid;
begin
  perform agora.verification_grant_example(pg_temp.who('ada'), level);
  select id into made from agora.verification where account_id = pg_temp.who('ada') and verification.state = 'active';
  if verified.state in ('suspended', 'revoked', 'superseded') then
    update agora.verification v set suspended_at = now(), state = verified.state::agora.verification_state,
      ended_at = case when verified.state <> 'suspended' then now() end, ended_by = pg_temp.who('admin'),
      end_reason = case when verified.state = 'revoked' then 'error' end, end_note = 'n', suspend_reason = 'doubt' where id = made;
  elsif verified.state = 'lapsed' then
    update agora.verification v set verified_at = now() - interval '6 years', valid_until = now() - interval '1 year' where id = made;
  end if;
  return made;
end $$;

select no_plan();

-- Validity by level
select is(agora.verification_validity(l), make_interval(years => y), format('level %s holds for %s years', l, y))
  from (values (1, 5), (2, 5), (3, 5), (4, 10)) t (l, y);

-- Notices
create temp table it as select pg_temp.verified('active') as id;
update agora.verification set valid_until = now() + interval '121 days' where id = (select id from it);
select is(agora.verification_by_clock(), 0::bigint, '121 days before its end nothing is said');
create function pg_temp.days_left(n integer) returns bigint language plpgsql as $$
begin
  update agora.verification set verified_at = now() - interval '5 years', valid_until = now() + make_interval(days => n) where id = (select id from it);
  return agora.verification_by_clock();
end $$;
select is(pg_temp.days_left(120), 1::bigint, 'at 120 days the first notice');
select is(pg_temp.days_left(119), 0::bigint, 'once');
select is(pg_temp.days_left(90), 1::bigint, 'at 90 days the second');
select is(pg_temp.days_left(31), 0::bigint, 'once');
select is(pg_temp.days_left(30), 1::bigint, 'at 30 days the third');
select is(pg_temp.days_left(1), 0::bigint, 'once');
select is(pg_temp.mails('Your verification runs out on %'), 3::bigint, 'three e-mails in all');
select is(pg_temp.days_left(0), 1::bigint, 'at its end it lapses');
select is(agora.verification_by_clock(), 0::bigint, 'once');
select is(pg_temp.mails('Your verification has run out'), 1::bigint, 'which the member is told');
select is(pg_temp.history(), '{granted,notice,notice,notice,lapsed}', 'the history has it all');
select is((select state::text from agora.verification where id = (select id from it)), 'active', 'that it has lapsed follows from the time alone');

truncate it;
insert into it select pg_temp.verified('active');
select is(pg_temp.days_left(20), 1::bigint, 'a worker that was away tells once, not three times');
select is((select noticed from agora.verification where id = (select id from it)), 3::smallint, 'and has told all of it');
update agora.verification set state = 'suspended', suspend_reason = 'doubt', noticed = 0 where id = (select id from it);
select is(pg_temp.days_left(10), 0::bigint, 'of a suspended one nothing is said');
update agora.account set state = 'suspended' where id = pg_temp.who('ada');
update agora.verification set state = 'active' where id = (select id from it);
create temp table mails_before as select count(*) as n from agora.outbox;
do $$ begin perform pg_temp.days_left(9); end $$;
select is((select count(*) from agora.outbox), (select n from mails_before), 'nor is anything sent to an account that is suspended');
update agora.account set state = 'active' where id = pg_temp.who('ada');

-- Every act × role × state × reason
create temp table act (name text, reason text, from_states text[], to_state text, two boolean);
insert into act
select 'revoke', code, '{active,suspended,lapsed}'::text[], case when supersedes then 'superseded' else 'revoked' end, fraud from agora.revoke_reason
union all select 'suspend', code, '{active,lapsed}', 'suspended', false from agora.suspend_reason where code <> 'recall'
union all select 'reinstate', null, '{suspended}', 'active', false;
create function pg_temp.try_act(act text, reason text, by text, v uuid) returns text language plpgsql as $$
begin
  case act
    when 'revoke' then perform agora.verification_revoke(pg_temp.who(by), v, reason, 'A note that is long enough.');
    when 'suspend' then perform agora.verification_suspend(pg_temp.who(by), v, reason, 'A note.');
    else perform agora.verification_reinstate(pg_temp.who(by), v, 'A note.');
  end case;
  return (select state::text from agora.verification where id = v);
exception when sqlstate 'AG001' or sqlstate 'AG002' or sqlstate 'AG003' then
  return sqlstate;
end $$;
select is(pg_temp.try_act(a.name, a.reason, r.name, pg_temp.verified(s)),
          case when r.name not in ('verifier', 'admin') then 'AG002'
               when s <> all (a.from_states) then 'AG003'
               when a.two then case when s = 'lapsed' then 'active' else s end
               else a.to_state end,
          format('%s by %s, %s, of one that is %s', a.name, r.name, a.reason, s))
  from act a cross join actor r cross join unnest('{active,lapsed,suspended,revoked,superseded}'::text[]) s
 where r.name not in ('second', 'ada');
select is((select count(*) from agora.two_person_act), (select count(*) * 2 * 3 from act where two), 'each that needs two persons was asked for, once for each time');
select is(pg_temp.try_act('suspend', 'doubt', 'ada', pg_temp.verified('active')), 'AG002', 'a member does not suspend themself');
update agora.account set roles = '{verifier}' where id = pg_temp.who('ada');
select is(pg_temp.try_act('suspend', 'doubt', 'ada', pg_temp.verified('active')), 'AG002', 'nor does a verifier');
select is(pg_temp.try_act('reinstate', null, 'ada', pg_temp.verified('suspended')), 'AG002', 'nor reinstate');
select is(pg_temp.refusal($$select agora.verification_suspend(pg_temp.who('admin'), pg_temp.verified('active'), 'recall', 'n')$$), 'AG004 /reason', 'a recall is no reason that one person gives');
select is(pg_temp.refusal($$select agora.verification_suspend(pg_temp.who('admin'), pg_temp.verified('active'), 'doubt', ' ')$$), 'AG004 /note', 'and every suspension is explained');

-- Fraud, confirmed: each reason ends it, and nothing of the reason is told
select is((agora.two_person_confirm(pg_temp.who('second'), (agora.verification_revoke(pg_temp.who('verifier'), pg_temp.verified('active'), code, 'A note that is long enough.')::jsonb ->> 'id')::uuid))::text, '', code || ' is confirmed')
  from agora.revoke_reason where fraud;
select is((select array_agg(end_reason order by end_reason) from agora.verification where end_reason in (select code from agora.revoke_reason where fraud)),
  (select array_agg(code order by code) from agora.revoke_reason where fraud), 'and has ended it');
select ok(not exists (select from agora.verification_event e where e.class ~ 'fraud|identity|rel'), 'the history has a class of reasons, never the reason');

-- The table itself
select throws_ok(format($$update agora.verification set state = %L, ended_at = now(), end_reason = 'error', end_note = 'n', ended_by = %L where id = %L$$, t, pg_temp.who('admin'), pg_temp.verified(f)),
  'AG003', null, format('%s does not become %s', f, t))
  from (values ('revoked', 'suspended'), ('revoked', 'superseded'), ('superseded', 'active'), ('superseded', 'suspended'), ('superseded', 'revoked')) c (f, t);

-- Names
select is(agora.name_kept(shown, 'Zoë Marie', 'van der Berg'), expected, format('%s is%s the verified name', shown, case when expected then '' else ' not' end))
  from (values ('Zoë van der Berg', true), ('Dr. Z. van der Berg', true), ('Zoe Marie van der Berg, FRS', true), ('VAN DER BERG, Zoë', true),
    ('Zoë Berg', false), ('M. van der Berg', true), ('Anna van der Berg', false), ('van der Berg', false), ('Zoë Smith', false)) n (shown, expected);

select * from finish();
rollback;
