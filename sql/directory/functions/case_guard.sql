-- The guards of a case's transitions, at the table itself: the trigger lets a state change only by a row of
-- agora.vcase_transition whose guards hold in the same transaction, whichever function changes it.

create or replace function agora.case_conflict_with(c agora.vcase, viewer uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with me as (
      select a.person_id, agora.plain_key(a.family_name) as surname, agora.plain_key(p.organisation) as employer,
             agora.plain_key(p.place) || coalesce(p.country, '') as place
        from agora.account a left join agora.profile p on p.account_id = a.id
       where a.id = viewer),
    them as (
      select agora.plain_key(a.family_name) as surname, agora.plain_key(p.organisation) as employer,
             agora.plain_key(p.place) || coalesce(p.country, '') as place
        from agora.account a left join agora.profile p on p.account_id = a.id
       where a.id = c.account_id),
    stated as (
      select max(agora.plain_key(k.value)) filter (where k.name = 'family_name') as surname,
             max(agora.plain_key(k.value)) filter (where k.name = 'address') as address
        from agora.claim k where k.case_id = c.id and k.name in ('family_name', 'address'))
    select case
      when me.person_id = c.person_id then 'self'
      when exists (select from agora.case_conflict k join agora.account a on a.id = k.account_id
                    where k.case_id = c.id and a.person_id = me.person_id) then 'declared'
      when exists (select from agora.decision d join agora.account a on a.id in (d.by, d.second_by)
                    where d.case_id = c.id and d.state = 'overturned' and a.person_id = me.person_id) then 'decided'
      when agora.case_vouched_by(c.id, me.person_id) then 'voucher'
      when me.employer = them.employer then 'employer'
      when me.surname in (them.surname, stated.surname)
           and (me.place = them.place
                or exists (select from agora.claim k where k.person_id = me.person_id and k.name = 'address'
                             and k.verification_id is not null and agora.plain_key(k.value) = stated.address)) then 'household'
      when exists (select from agora.introduction i
                    where i.connected_at > now() - make_interval(months => agora.policy_int('verification.conflict_months')::integer)
                      and ((i.asker_person = me.person_id and i.asked_person = c.person_id)
                           or (i.asker_person = c.person_id and i.asked_person = me.person_id))) then 'introduced' end
      from me, them, stated);
end $$;
comment on function agora.case_conflict_with is
  'Why an account may not decide about a case (G1): self, declared, decided (before an appeal overturned it), voucher, employer (same organisation), household (same surname and same address or place), introduced (connected in the last months); null: it may.';

create or replace function agora.case_uninvolved(c agora.vcase, viewer uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  why text := agora.case_conflict_with(c, viewer);
begin
  if why is null then
    return;
  end if;
  perform agora.fail('AG002', null, case why
    when 'self' then 'You cannot act on a request about yourself.'
    when 'declared' then 'You declared a conflict of interest with this request.'
    when 'decided' then 'Your decision about this request was overturned, so someone else must decide.'
    when 'voucher' then 'You vouch for this member, so someone else must decide.'
    when 'employer' then 'You and this member work at the same place, so someone else must decide.'
    when 'household' then 'You and this member share a surname and a place, so someone else must decide.'
    else 'You and this member were introduced not long ago, so someone else must decide.' end);
end $$;
comment on function agora.case_uninvolved is 'Refuses who may not decide about a case (G1).';

create or replace function agora.case_live_decision(wanted uuid) returns agora.decision
  language plpgsql stable set search_path = '' as $$
begin
  return (select d from agora.decision d where d.case_id = wanted and d.state in ('recommended', 'final'));
end $$;
comment on function agora.case_live_decision is 'The decision of a case that holds, or waits for the second person.';

create or replace function agora.case_touched_by(wanted uuid, viewer uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with mine as (select a.id from agora.account a where a.person_id = agora.case_person(viewer))
    select exists (select from agora.vcase_event e where e.case_id = wanted and e.actor_role <> 'member' and e.actor in (select id from mine))
        or exists (select from agora.decision d where d.case_id = wanted and (d.by in (select id from mine) or d.second_by in (select id from mine)))
        or exists (select from agora.evidence e join agora.vcheck k on k.evidence_id = e.id
                    where e.case_id = wanted and k.by in (select id from mine)));
end $$;
comment on function agora.case_touched_by is 'Whether the person behind an account has acted on a case as a verifier or admin, with any account of theirs.';

create or replace function agora.guard_second(c agora.vcase, d agora.decision) returns void
  language plpgsql set search_path = '' as $$
declare
  open_items bigint;
begin
  if c.actor is distinct from c.second_by or agora.case_person(c.actor) = agora.case_person(d."by") then
    perform agora.fail('AG002', null, 'A second person must confirm this, not the one who recommended it.');
  end if;
  if d.outcome <> 'approve' or not agora.case_blind() then
    return;
  end if;
  select count(*) into open_items from agora.second_open_items(d) i;
  if open_items > 0 then
    perform agora.fail('AG003', null, 'Record what you find yourself for every piece of evidence first; ' || open_items || ' to go.');
  end if;
  if exists (select from agora.second_check k where k.decision_id = d.id and k.by = c.actor and k.result <> 'passed') then
    perform agora.fail('AG003', null, 'You did not find every piece of evidence good; give it back with a note.');
  end if;
end $$;
comment on function agora.guard_second is
  'G2: the second person is another one and, where verification.blind_second says so, has found by themself that all is good.';

create or replace function agora.guard_snapshot(c agora.vcase, d agora.decision) returns void
  language plpgsql set search_path = '' as $$
declare
  presented text := case when c.event in ('confirm', 'confirm_reject') then d.second_hash else d.snapshot_hash end;
begin
  if presented is null then
    perform agora.fail('AG004', '/snapshot', 'Send the hash of the snapshot that you have read.');
  end if;
  if presented <> agora.case_hash(c.id) or d.snapshot_hash <> presented then
    perform agora.fail('AG005', null, 'What this decision rests on was changed meanwhile. Read it again.');
  end if;
end $$;
comment on function agora.guard_snapshot is
  'G3: the hash presented is that of the current snapshot and, for a second person, of what the first had seen.';

create or replace function agora.guard_level(c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
declare
  computed jsonb := agora.case_level(c.id);
begin
  if (computed ->> 'level')::integer < c.level then
    perform agora.fail('AG003', null, 'The evidence and checks give level ' || (computed ->> 'level') || ', not ' || c.level
      || '. ' || coalesce((select string_agg(m, ' ') from jsonb_array_elements_text(computed -> 'missing') m), ''));
  end if;
end $$;
comment on function agora.guard_level is 'G4: evidence and checks give the level asked, computed anew under the policy of the day it was sent.';

create or replace function agora.case_guard(guard text, c agora.vcase, before agora.vcase) returns void
  language plpgsql set search_path = '' as $$
declare
  d agora.decision := agora.case_live_decision(c.id);
begin
  case guard
    when 'G1' then perform agora.case_uninvolved(c, c.actor);
    when 'G2' then perform agora.guard_second(c, d);
    when 'G3' then perform agora.guard_snapshot(c, d);
    when 'G4' then perform agora.guard_level(c);
    when 'G5' then
      if d.id is null or d.outcome <> 'reject' or cardinality(d.reason_codes) = 0 or d.public_text is null then
        perform agora.fail('AG004', '/reason_codes', 'A rejection needs a reason and a text for the member.');
      end if;
    when 'G6' then
      if c.referee_reason is null then
        perform agora.fail('AG004', '/reason', 'Say why a trusted referee is needed.');
      end if;
    when 'one_person' then
      if d.id is null or d.state <> 'final' or cardinality(agora.case_two_persons(c, d.outcome, d.reason_codes)) > 0 then
        perform agora.fail('AG003', null, 'This decision needs a second person.');
      end if;
    when 'two_persons' then
      if d.id is null or d.state <> 'recommended' then
        perform agora.fail('AG003', null, 'There is no recommendation for a second person.');
      end if;
    when 'within_appeal' then
      if before.decided_at <= now() - make_interval(days => agora.policy_int('verification.appeal_days')::integer) then
        perform agora.fail('AG003', null, 'The time in which this decision could be appealed is over.');
      end if;
    when 'untouched' then
      if agora.case_touched_by(c.id, c.actor) then
        perform agora.fail('AG002', null, 'You had to do with this request, so someone else must decide the appeal.');
      end if;
    when 'missed_once' then
      if c.missed <> 1 then
        perform agora.fail('AG003', null, 'The member has missed a meeting before.');
      end if;
    when 'missed_twice' then
      if c.missed <> 2 then
        perform agora.fail('AG003', null, 'The member has not missed two meetings.');
      end if;
  end case;
end $$;
comment on function agora.case_guard is 'Refuses a transition whose guard does not hold; c is the case as it would be, before as it was.';

create or replace function agora.vcase_guard() returns trigger
  language plpgsql set search_path = '' as $$
declare
  before agora.vcase;
  t agora.vcase_transition;
begin
  if tg_op = 'UPDATE' then
    before := old;
    if new.version <= old.version then
      raise exception 'a change of a case must raise its version';
    end if;
    if new.step = old.step and new.state = old.state then
      return new;
    end if;
  end if;
  if new.step <> coalesce(before.step, 0) + 1 then
    raise exception 'the state of a case changes one step at a time';
  end if;
  select * into t from agora.vcase_transition x
   where x.from_state is not distinct from before.state and x.to_state = new.state
     and x.event = new.event and x.actor_role = new.actor_role;
  if not found then
    perform agora.fail('AG003', null, 'This request is in a state that does not allow it.');
  end if;
  if new.actor_role in ('verifier', 'admin')
     and new.person_id = (select a.person_id from agora.account a where a.id = new.actor) then
    perform agora.fail('AG002', null, 'You cannot act on a request about yourself.');
  end if;
  perform agora.case_guard(g, new, before) from unnest(t.guard) with ordinality k (g, place) order by k.place;
  return new;
end $$;
comment on function agora.vcase_guard is
  'Lets a case change its state only by a row of agora.vcase_transition whose guards hold, and never by a verifier or admin who is the person it is about.';
