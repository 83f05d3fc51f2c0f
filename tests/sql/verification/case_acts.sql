-- Every act of the interface × every state × everyone who may try: only what the list names is done, all
-- else is refused with an error of the registry and changes nothing.
begin;
set local search_path = public, pg_temp;
\ir ../lib/scored.psql

create function pg_temp.account(name text, roles agora.account_role[] default '{}', person uuid default agora.new_id())
  returns uuid language sql as $$
  insert into agora.person (id) values (person) on conflict do nothing;
  insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
  values (person, name || '@acts.example', 'acts-' || name, name, 'Example', 'active', roles)
  returning id
$$;

create temp table caller as
  select 'member' as name, pg_temp.account('member') as id
  union all select 'other member', pg_temp.account('other')
  union all select 'verifier', pg_temp.account('verifier', '{verifier}')
  union all select 'other verifier', pg_temp.account('verifier-two', '{verifier}')
  union all select 'admin', pg_temp.account('admin', '{admin}')
  union all select 'former verifier', pg_temp.account('former')
  union all select 'nobody', agora.new_id();
-- The member's second account is a verifier: the same person, so never on their own case.
insert into caller
select 'own second account', pg_temp.account('second', '{verifier}', a.person_id)
  from caller c join agora.account a on a.id = c.id where c.name = 'member';

create function pg_temp.who(wanted text) returns uuid language sql as 'select id from caller where name = wanted';

create temp table item (evidence uuid, done boolean);

-- A case in any state, complete enough to be decided; `holder` has it where a verifier does, and the other
-- verifier as the second person where one is needed.
create function pg_temp.case_in(wanted agora.case_state, holder text) returns uuid language plpgsql as $$
declare
  made uuid := agora.new_id();
  me agora.account;
  passport uuid := agora.new_id();
begin
  select a.* into me from agora.account a where a.id = pg_temp.who('member');
  set local session_replication_role = replica;
  delete from agora.vcase where person_id = me.person_id;
  delete from agora.vcase_event;
  delete from agora.decision;
  delete from agora.verification where person_id = me.person_id;
  delete from agora.case_session;
  delete from agora.case_conflict;
  insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, second_by, contact_method, submitted_at, due_at,
    decided_at, referee_reason, sla_class, actor)
  values (made, me.id, me.person_id, 3, wanted,
          case when wanted not in ('draft', 'submitted', 'held', 'queued') then pg_temp.who(holder) end,
          case when wanted = 'awaiting_second' then pg_temp.who('other verifier') end, 'x_code_email',
          now(), now(), case when wanted in ('approved', 'rejected', 'appealed', 'upheld', 'overturned', 'varied') then now() end,
          case when wanted = 'referee_review' then 'accessibility' end, 'standard', me.id);
  insert into agora.claim (person_id, case_id, name, value)
  values (me.person_id, made, 'given_name', 'Ada'), (me.person_id, made, 'family_name', 'Example'),
         (me.person_id, made, 'birthdate', '1980-05-17');
  insert into agora.evidence (id, case_id, type, subtype) values (passport, made, 'document', 'passport');
  insert into agora.vcheck (evidence_id, check_method, result, by)
  select passport, m, 'passed', pg_temp.who('verifier') from unnest(array['vcrypt', 'pvr']) m;
  if wanted = 'needs_member' then
    insert into agora.vcase_event (case_id, step, event, to_state, actor, actor_role)
    values (made, 0, 'ask', wanted, pg_temp.who(holder), 'verifier');
  elsif wanted = 'session_booked' then
    insert into agora.case_session (case_id, proposed_by, times, how, place, chosen)
    values (made, pg_temp.who(holder), array[now() - interval '1 hour', now() + interval '1 hour'], 'onsite', 'Main Street 1', now() - interval '1 hour');
  elsif wanted = 'awaiting_second' then
    insert into agora.decision (case_id, by, outcome, computed, duplicates, state, two_persons, snapshot, snapshot_hash)
    values (made, pg_temp.who(holder), 'approve', '{}', 0, 'recommended', '{level}', agora.case_snapshot(made), agora.case_hash(made));
  end if;
  delete from item;
  insert into item values (passport);
  set local session_replication_role = origin;
  return made;
end $$;

create function pg_temp.act(name text, by uuid, id uuid) returns void language plpgsql as $$
declare
  passport uuid := (select evidence from item);
begin
  case name
    when 'read' then perform agora.case_get(by, id);
    when 'state claims' then perform agora.case_claims_put(by, id, null, '{"given_name":"Bea"}');
    when 'add evidence' then perform agora.case_evidence_add(by, id, 'document', 'idcard', null, null, null, null, null, null);
    when 'remove evidence' then perform agora.case_evidence_remove(by, id, passport);
    when 'submit' then perform agora.case_submit(by, id, null);
    when 'withdraw' then perform agora.case_withdraw(by, id);
    when 'release' then perform agora.case_release(by, id);
    when 'check' then perform agora.case_check_record(by, id, passport, 'vri', 'passed', null, null);
    when 'ask' then perform agora.case_ask(by, id, null, '{missing_side}', 'Please.');
    when 'approve' then perform agora.case_decide(by, pg_temp.scored(id), null, 'approve', '{}', null, null, agora.case_hash(id));
    when 'reject' then perform agora.case_decide(by, pg_temp.scored(id), null, 'reject', '{missing_side}', 'We are sorry.', null);
    when 'reject for good' then perform agora.case_decide(by, pg_temp.scored(id), null, 'reject', '{not_a_member}', 'We are sorry.', null);
    when 'take next' then perform agora.case_take_next(by);
    when 'clear' then perform agora.case_clear(by, id, null);
    when 'declare a conflict' then perform agora.case_declare_conflict(by, id, 'My cousin.');
    when 'book' then perform agora.case_session_book(by, id, null, array[now() + interval '1 day'], 'onsite', 'Main Street 1');
    when 'choose' then perform agora.case_session_choose(by, id, null, (select s.times[2] from agora.case_session s where s.case_id = act.id));
    when 'call off' then perform agora.case_session_end(by, id, null, 'called_off');
    when 'record as held' then perform agora.case_session_end(by, id, null, 'held');
    when 'record as missed' then perform agora.case_session_end(by, id, null, 'missed');
    when 'refer' then perform agora.case_refer(by, id, null, 'accessibility', 'Blind; met her.');
    when 'find' then perform agora.case_second_check(by, id, passport, 'passed', null);
    when 'confirm' then
      update agora.policy set value = 'false' where key = 'verification.blind_second';
      perform agora.case_second(by, pg_temp.scored(id), null, 'confirm', agora.case_hash(id), null);
    when 'return' then perform agora.case_second(by, pg_temp.scored(id), null, 'return', null, 'Look again.');
  end case;
end $$;

-- Tries an act and undoes it.
create function pg_temp.try_act(name text, by uuid, id uuid) returns text language plpgsql as $$
declare
  before bigint := (select c.version from agora.vcase c where c.id = try_act.id);
  result text;
begin
  begin
    perform pg_temp.act(name, by, id);
    result := case when name = 'read' or (select c.version from agora.vcase c where c.id = try_act.id) > before then 'done' else 'nothing' end;
    raise exception using errcode = 'UNDO0';
  exception
    when sqlstate 'UNDO0' then return result;
    when sqlstate 'AG001' or sqlstate 'AG002' or sqlstate 'AG003' then return sqlstate;
  end;
end $$;

-- What is done, by whom, in which states.
create temp table allowed (act text, by text, states agora.case_state[]);
insert into allowed values
  ('read', 'member', enum_range(null::agora.case_state)),
  ('read', 'verifier', '{in_review,needs_member,needs_third_party,session_booked,referee_review,awaiting_second,approved,rejected,withdrawn,stale,closed_stale,appealed,upheld,overturned,varied,held}'),
  ('read', 'other verifier', '{awaiting_second,held}'),
  ('read', 'admin', '{held}'),
  ('state claims', 'member', '{draft,needs_member,stale}'),
  ('add evidence', 'member', '{draft,needs_member,stale}'),
  ('remove evidence', 'member', '{draft,needs_member,stale}'),
  ('submit', 'member', '{draft,needs_member,stale}'),
  ('withdraw', 'member', '{draft,held,queued,in_review,needs_member,needs_third_party,session_booked,referee_review,awaiting_second,stale}'),
  ('release', 'verifier', '{in_review,referee_review}'),
  ('release', 'other verifier', '{awaiting_second}'),
  ('release', 'admin', '{in_review,referee_review,awaiting_second}'),
  ('declare a conflict', 'verifier', '{in_review,referee_review}'),
  ('declare a conflict', 'other verifier', '{awaiting_second}'),
  ('check', 'verifier', '{in_review,referee_review}'),
  ('ask', 'verifier', '{in_review}'),
  ('book', 'verifier', '{in_review}'),
  ('choose', 'member', '{session_booked}'),
  ('call off', 'member', '{session_booked}'),
  ('call off', 'verifier', '{session_booked}'),
  ('record as held', 'verifier', '{session_booked}'),
  ('record as missed', 'verifier', '{session_booked}'),
  ('refer', 'verifier', '{in_review}'),
  ('approve', 'verifier', '{in_review,referee_review}'),
  ('reject', 'verifier', '{held,in_review,referee_review}'),
  ('reject', 'other verifier', '{held}'),
  ('reject', 'admin', '{held}'),
  ('reject for good', 'verifier', '{held,in_review,referee_review}'),
  ('reject for good', 'other verifier', '{held}'),
  ('clear', 'verifier', '{held}'),
  ('clear', 'other verifier', '{held}'),
  ('clear', 'admin', '{held}'),
  ('find', 'other verifier', '{awaiting_second}'),
  ('confirm', 'other verifier', '{awaiting_second}'),
  ('return', 'other verifier', '{awaiting_second}'),
  ('take next', 'verifier', '{queued}'),
  ('take next', 'other verifier', '{queued}');

-- As whom each sees the case, and as whom an act is done.
create function pg_temp.viewed(by text, s agora.case_state) returns text language sql as $$
  select case
    when by = 'member' then 'member'
    when s = 'held' and by in ('verifier', 'other verifier', 'admin') then 'screener'
    when by = 'verifier' then 'verifier'
    when by = 'other verifier' then 'second' end
$$;
create function pg_temp.done_as(act text, by text, s agora.case_state) returns text language sql as $$
  select case
    when act in ('state claims', 'add evidence', 'remove evidence', 'submit', 'withdraw', 'choose') then 'member'
    when act = 'call off' and by = 'member' then 'member'
    when act = 'clear' then 'screener'
    when act in ('reject', 'approve', 'reject for good') and s = 'held' then 'screener'
    when act in ('find', 'confirm', 'return') then 'second'
    when act in ('release', 'declare a conflict') and s = 'awaiting_second' then 'second'
    else 'verifier' end
$$;

create function pg_temp.expected(act text, by text, s agora.case_state) returns text language sql as $$
  select case
    when exists (select from allowed a where a.act = expected.act and a.by = expected.by and s = any (a.states)) then 'done'
    -- Taking is no act on a certain case: who may take gets another one or none, who may not is refused.
    when act = 'take next' then case when by in ('verifier', 'other verifier', 'own second account') then 'nothing' else 'AG002' end
    -- Who cannot see it is told that there is none.
    when not exists (select from allowed a where a.act = 'read' and a.by = expected.by and s = any (a.states)) then 'AG001'
    -- Who sees it, but as the other party, may not; who may, is told that the state does not allow it.
    when pg_temp.viewed(by, s) <> pg_temp.done_as(act, by, s) then 'AG002'
    -- Turning someone away for good takes two verifiers.
    when act = 'reject for good' and by = 'admin' then 'AG002'
    else 'AG003' end
$$;

create temp table tried (state agora.case_state, holder text, act text, caller text, result text);
create function pg_temp.try_all(s agora.case_state, holder text, acts text[], callers text[]) returns void language plpgsql as $$
declare
  made uuid := pg_temp.case_in(s, holder);
begin
  insert into tried
  select s, holder, a, c.name, pg_temp.try_act(a, c.id, made)
    from unnest(acts) a cross join caller c where c.name = any (callers);
end $$;
do $$
declare
  s agora.case_state;
begin
  foreach s in array enum_range(null::agora.case_state) loop
    perform pg_temp.try_all(s, 'verifier', array(select distinct act from allowed), array(select name from caller));
  end loop;
end $$;

select no_plan();

select is(t.result, pg_temp.expected(t.act, t.caller, t.state),
          format('%s, %s: %s gives %s', t.state, t.act, t.caller, pg_temp.expected(t.act, t.caller, t.state)))
  from tried t;

-- A case that someone got who may not have it (a role taken away, the own second account) is closed to them.
delete from tried;
do $$ begin perform pg_temp.try_all('in_review', n, '{read,check,ask,approve,reject,release}', array[n]) from unnest('{former verifier,own second account}'::text[]) n; end $$;
select is(t.result, 'AG001', format('in_review, assigned to %s: %s is refused', t.caller, t.act)) from tried t;

select * from finish();
rollback;
