-- Appeals: a member objects once, somebody else acknowledges and decides.

create or replace function agora.appeal_add(viewer uuid, c agora.vcase, v agora.verification, words text, access boolean) returns text
  language plpgsql set search_path = '' as $$
declare
  a agora.appeal;
begin
  if coalesce(length(trim(words)), 0) not between 1 and 4000 then
    perform agora.fail('AG004', '/text', 'Say in at most 4,000 characters what is wrong with the decision.');
  end if;
  insert into agora.appeal (case_id, verification_id, account_id, person_id, text, access_need, acknowledge_by, decide_by)
  values (c.id, v.id, viewer, agora.case_person(viewer), trim(words), coalesce(access, false),
          agora.working_days_after(now(), agora.policy_int('redress.acknowledge_working_days')),
          now() + make_interval(days => agora.policy_int('verification.appeal_decide_days')::integer))
  returning * into a;
  perform agora.audit(viewer, 'appeal.open', 'appeal', a.id, jsonb_strip_nulls(jsonb_build_object('case', c.id, 'verification', v.id)));
  perform agora.redress_tell('verifier', 'appeal');
  perform agora.redress_tell('admin', 'appeal');
  return agora.appeal_json(a, viewer)::text;
end $$;
comment on function agora.appeal_add is 'Writes an appeal with its due dates, and tells verifiers and admins.';

create or replace function agora.appeal_case(viewer uuid, wanted uuid, words text, access boolean) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'member');
  refused text := agora.appeal_of_case(c);
  made text;
begin
  if refused is not null then
    perform agora.fail('AG003', null, refused);
  end if;
  made := agora.appeal_add(viewer, c, null, words, access);
  perform agora.case_step(c, 'appeal', viewer, 'member');
  return made;
end $$;
comment on function agora.appeal_case is 'A member appeals the decision of their request: rejected, or approved at a lower level.';

create or replace function agora.appeal_verification(viewer uuid, wanted uuid, words text, access boolean) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification;
  refused text;
begin
  select * into v from agora.verification where id = wanted for update;
  if not found or v.person_id is distinct from agora.case_person(viewer) or not agora.is_active(viewer) then
    perform agora.fail('AG001');
  end if;
  refused := agora.appeal_of_verification(v);
  if refused is not null then
    perform agora.fail('AG003', null, refused);
  end if;
  return agora.appeal_add(viewer, null, v, words, access);
end $$;
comment on function agora.appeal_verification is 'A member appeals the revocation of their verification for fraud.';

create or replace function agora.appeal_lock(viewer uuid, wanted uuid) returns agora.appeal
  language plpgsql set search_path = '' as $$
declare
  a agora.appeal;
begin
  if not (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers and admins handle appeals.');
  end if;
  -- The case first, as every act on it does.
  perform from agora.vcase c where c.id = (select x.case_id from agora.appeal x where x.id = wanted) for update;
  select * into a from agora.appeal where id = wanted for update;
  if not found or a.person_id = agora.case_person(viewer) then
    perform agora.fail('AG001');
  end if;
  if a.decided_at is not null then
    perform agora.fail('AG003', null, 'This appeal has been decided.');
  end if;
  if agora.appeal_touched(a, viewer) then
    perform agora.fail('AG002', null, 'An appeal is decided by somebody who had nothing to do with the decision.');
  end if;
  return a;
end $$;
comment on function agora.appeal_lock is 'Locks an open appeal for somebody who may decide it.';

create or replace function agora.appeal_acknowledge(viewer uuid, wanted uuid) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.appeal := agora.appeal_lock(viewer, wanted);
begin
  if a.acknowledged_at is not null then
    perform agora.fail('AG003', null, 'This appeal has been acknowledged already.');
  end if;
  update agora.appeal set acknowledged_at = now(), acknowledged_by = viewer where id = wanted returning * into a;
  perform agora.audit(viewer, 'appeal.acknowledge', 'appeal', wanted);
  perform agora.redress_mail(a.account_id, 'We look at your appeal',
    'Somebody who had nothing to do with the decision looks at your appeal. You will hear from us by '
    || agora.day_words(a.decide_by) || '.', 'Be verified');
  return agora.appeal_json(a, viewer)::text;
end $$;
comment on function agora.appeal_acknowledge is 'Tells the member that somebody looks at the appeal.';

create or replace function agora.appeal_reinstate(v agora.verification, by uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  if exists (select from agora.verification o where o.person_id = v.person_id and o.state in ('active', 'suspended')) then
    perform agora.fail('AG003', null, 'The member has been verified anew meanwhile; that verification counts.');
  end if;
  update agora.verification
     set state = 'active', ended_at = null, ended_by = null, end_reason = null, end_note = null, version = version + 1
   where id = v.id;
  perform agora.audit(by, 'verification.reinstate', 'verification', v.id);
  perform agora.membership_from_lists(v.person_id);
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.appeal_reinstate is 'Undoes a revocation that was found wrong. Contacts that were ended are not made again.';

create or replace function agora.appeal_settle_case(a agora.appeal, viewer uuid, how text, at_level integer) returns void
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
  acting_as text := case when agora.case_role(viewer, 'verifier') then 'verifier' else 'admin' end;
begin
  select * into c from agora.vcase where id = a.case_id;
  if at_level is not null then
    if how <> 'varied' then
      perform agora.fail('AG004', '/level', 'Only a decision that is varied gives another level.');
    elsif at_level not between 1 and least(c.level - 1, 3) or at_level <= agora.member_level(a.account_id) then
      perform agora.fail('AG004', '/level', 'Give a level above what the member has and below what was asked for.');
    elsif (agora.case_level(c.id) ->> 'level')::integer < at_level then
      perform agora.fail('AG003', null, 'The evidence and checks give level ' || (agora.case_level(c.id) ->> 'level') || '.');
    end if;
  end if;
  c := agora.case_step(c, case how when 'upheld' then 'uphold' when 'overturned' then 'overturn' else 'vary' end, viewer, acting_as);
  if how = 'overturned' then
    perform agora.case_step(c, 'requeue', null, 'system');
  elsif at_level is not null then
    c.level := at_level;
    perform agora.verification_grant(c, viewer);
  end if;
exception when unique_violation then
  perform agora.fail('AG003', null, 'The member has begun another request meanwhile; it must be finished or withdrawn first.');
end $$;
comment on function agora.appeal_settle_case is
  'Carries out the outcome of an appeal on its case: upheld; overturned: another verifier looks at it; varied: where a level is given, the member is verified at that one.';

create or replace function agora.appeal_settle_revocation(a agora.appeal, viewer uuid, how text, reason text) returns void
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
begin
  select * into v from agora.verification where id = a.verification_id for update;
  if how = 'overturned' then
    perform agora.appeal_reinstate(v, viewer);
  elsif how = 'varied' then
    if not exists (select from agora.revoke_reason r where r.code = reason and not r.fraud and not r.supersedes) then
      perform agora.fail('AG004', '/revoke_reason', 'Choose the reason that holds; none of those for fraud.');
    end if;
    update agora.verification set end_reason = reason, version = version + 1 where id = v.id;
    perform agora.audit(viewer, 'verification.end_reason', 'verification', v.id, jsonb_build_object('from', v.end_reason, 'to', reason));
    perform agora.verification_changed(v.person_id);
  end if;
  perform agora.redress_mail(a.account_id, 'Your appeal was decided', 'Your appeal was decided. You can read the decision and what you can do now.', 'Be verified');
end $$;
comment on function agora.appeal_settle_revocation is
  'Carries out the outcome of an appeal on a revocation: upheld; overturned: the verification holds again; varied: it stays ended, for another reason.';

create or replace function agora.appeal_decide(viewer uuid, wanted uuid, how text, words text, note text,
    at_level integer, revoke_reason text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.appeal := agora.appeal_lock(viewer, wanted);
begin
  if coalesce(how, '') not in ('upheld', 'overturned', 'varied') then
    perform agora.fail('AG004', '/outcome', 'Say upheld, overturned or varied.');
  elsif coalesce(length(trim(words)), 0) not between 1 and 4000 then
    perform agora.fail('AG004', '/text', 'Tell the member why, in at most 4,000 characters.');
  end if;
  update agora.appeal
     set decided_at = now(), decided_by = viewer, outcome = how, reason_text = trim(words), private_note = nullif(trim(note), ''),
         acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, viewer)
   where id = wanted
  returning * into a;
  if a.case_id is not null then
    perform agora.appeal_settle_case(a, viewer, how, at_level);
  else
    perform agora.appeal_settle_revocation(a, viewer, how, revoke_reason);
  end if;
  perform agora.audit(viewer, 'appeal.decide', 'appeal', wanted,
    jsonb_strip_nulls(jsonb_build_object('outcome', how, 'case', a.case_id, 'verification', a.verification_id, 'level', at_level)));
  perform agora.event_add(a.account_id, 'appeal', wanted);
  return agora.appeal_json(a, viewer)::text;
end $$;
comment on function agora.appeal_decide is 'Decides an appeal, and carries the outcome out in the same transaction.';

grant execute on function agora.appeal_case(uuid, uuid, text, boolean), agora.appeal_verification(uuid, uuid, text, boolean),
  agora.appeal_acknowledge(uuid, uuid), agora.appeal_decide(uuid, uuid, text, text, text, integer, text) to agora_app;
