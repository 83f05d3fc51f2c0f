-- Every act of the interface × every state × everyone who may try: only what the list names is done, all
-- else is refused with an error of the registry and changes nothing.
begin;
set local search_path = public, pg_temp;

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

-- A case in any state, complete enough to be decided; `holder` has it where a verifier does.
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
  insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, contact_method, submitted_at, due_at, decided_at, actor)
  values (made, me.id, me.person_id, 3, wanted,
          case when wanted not in ('draft', 'submitted') then pg_temp.who(holder) end, 'x_code_email',
          now(), now(), case when wanted in ('approved', 'rejected') then now() end, me.id);
  insert into agora.claim (person_id, case_id, name, value)
  values (me.person_id, made, 'given_name', 'Ada'), (me.person_id, made, 'family_name', 'Example'),
         (me.person_id, made, 'birthdate', '1980-05-17');
  insert into agora.evidence (id, case_id, type, subtype) values (passport, made, 'document', 'passport');
  insert into agora.vcheck (evidence_id, check_method, result, by)
  select passport, m, 'passed', pg_temp.who('verifier') from unnest(array['vcrypt', 'pvr']) m;
  if wanted = 'needs_member' then
    insert into agora.vcase_event (case_id, step, event, to_state, actor, actor_role)
    values (made, 0, 'ask', wanted, pg_temp.who(holder), 'verifier');
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
    when 'approve' then perform agora.case_decide(by, id, null, 'approve', '{}', null, null);
    when 'reject' then perform agora.case_decide(by, id, null, 'reject', '{not_a_member}', 'We are sorry.', null);
    when 'take next' then perform agora.case_take_next(by);
  end case;
end $$;

create function pg_temp.try_act(name text, by uuid, id uuid) returns text language plpgsql as $$
declare
  before bigint := (select c.version from agora.vcase c where c.id = try_act.id);
begin
  perform pg_temp.act(name, by, id);
  return case when name = 'read' or (select c.version from agora.vcase c where c.id = try_act.id) > before then 'done' else 'nothing' end;
exception when sqlstate 'AG001' or sqlstate 'AG002' or sqlstate 'AG003' then
  if (select c.version from agora.vcase c where c.id = try_act.id) <> before then
    return 'refused, but changed';
  end if;
  return sqlstate;
end $$;

-- What is done, by whom, in which states.
create temp table allowed (act text, by text, states agora.case_state[]);
insert into allowed values
  ('read', 'member', enum_range(null::agora.case_state)),
  ('read', 'verifier', '{in_review,needs_member,approved,rejected,withdrawn}'),
  ('state claims', 'member', '{draft,needs_member}'),
  ('add evidence', 'member', '{draft,needs_member}'),
  ('remove evidence', 'member', '{draft,needs_member}'),
  ('submit', 'member', '{draft,needs_member}'),
  ('withdraw', 'member', '{draft,submitted,in_review,needs_member}'),
  ('release', 'verifier', '{in_review}'),
  ('release', 'admin', '{in_review}'),
  ('check', 'verifier', '{in_review}'),
  ('ask', 'verifier', '{in_review}'),
  ('approve', 'verifier', '{in_review}'),
  ('reject', 'verifier', '{in_review}'),
  ('take next', 'verifier', '{submitted}'),
  ('take next', 'other verifier', '{submitted}');

create function pg_temp.expected(act text, by text, s agora.case_state) returns text language sql as $$
  select case
    when exists (select from allowed a where a.act = expected.act and a.by = expected.by and s = any (a.states)) then 'done'
    -- Taking is no act on a certain case: who may take gets another one or none, who may not is refused.
    when act = 'take next' then case when by in ('verifier', 'other verifier', 'own second account') then 'nothing' else 'AG002' end
    -- Who cannot see it is told that there is none.
    when not exists (select from allowed a where a.act = 'read' and a.by = expected.by and s = any (a.states)) then 'AG001'
    -- Who sees it, but as the other party, may not; who may, is told that the state does not allow it.
    when not exists (select from allowed a where a.act = expected.act and a.by = expected.by) then 'AG002'
    else 'AG003' end
$$;

select no_plan();

select is(pg_temp.try_act(a.act, c.id, pg_temp.case_in(s, 'verifier')), pg_temp.expected(a.act, c.name, s),
          format('%s, %s: %s gives %s', s, a.act, c.name, pg_temp.expected(a.act, c.name, s)))
  from (select distinct act from allowed) a
 cross join caller c
 cross join unnest(enum_range(null::agora.case_state)) s;

-- A case that someone got who may not have it (a role taken away, the own second account) is closed to them.
select is(pg_temp.try_act(a.act, c.id, pg_temp.case_in('in_review', c.name)), 'AG001',
          format('in_review, assigned to %s: %s is refused', c.name, a.act))
  from (values ('read'), ('check'), ('ask'), ('approve'), ('reject'), ('release')) a (act)
 cross join caller c
 where c.name in ('former verifier', 'own second account');

select * from finish();
rollback;
