-- "Somebody is verified in my name": a form for anybody, confirmed by a code, handled by admins.

create or replace function agora.complaint_add(of_email text, who text, of_handle text, in_name_of text, words text,
    access boolean, code text, mail text, from_address text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  network text := 'complaint:' || agora.place(from_address);
begin
  delete from agora.complaint where confirmed_at is null and expires_at <= now();
  if agora.attempt_count(network) > agora.policy_int('complaint.per_day') then
    return false;
  end if;
  if agora.mail_take(of_email, from_address) then
    insert into agora.complaint (email, name, handle, about, relation, text, access_need, code_hash, expires_at)
    values (of_email, nullif(trim(who), ''), trim(of_handle),
            (select m.account from agora.member_named(lower(regexp_replace(trim(of_handle), '^(.*/m/|@)', ''))) m),
            in_name_of, trim(words), coalesce(access, false), decode(code, 'hex'),
            now() + make_interval(hours => agora.policy_int('complaint.confirm_hours')::integer));
    perform agora.outbox_add('mail', 'mail:' || of_email, mail::jsonb);
  end if;
  return true;
end $$;
comment on function agora.complaint_add is
  'Takes a complaint and sends a code to its address. false: too many from this network. Nothing tells whether there is such a profile.';

create or replace function agora.complaint_mail(c agora.complaint, subject text, body text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.outbox_add('mail', 'mail:' || c.email, jsonb_build_object(
    'to', c.email,
    'subject', agora.policy_text('organisation.name') || ': ' || subject,
    'text', 'Your report ' || c.reference || E':\n\n' || body || E'\n\n' || agora.policy_text('organisation.name') || E'\n'));
end $$;
comment on function agora.complaint_mail is 'Queues an e-mail to who complained; it repeats nothing that they wrote.';

create or replace function agora.complaint_confirm(of_email text, code text, from_address text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.complaint;
begin
  select * into c from agora.complaint
   where email = of_email and code_hash = decode(code, 'hex') and confirmed_at is null and expires_at > now()
     for update;
  if not found then
    return null;
  end if;
  perform agora.code_right(of_email, from_address);
  update agora.complaint
     set confirmed_at = now(), code_hash = null,
         acknowledge_by = agora.working_days_after(now(), agora.policy_int('redress.acknowledge_working_days')),
         decide_by = now() + make_interval(days => agora.policy_int('complaint.decide_days')::integer)
   where id = c.id
  returning * into c;
  perform agora.audit(null, 'complaint.open', 'complaint', c.id, jsonb_strip_nulls(jsonb_build_object('about', c.about, 'relation', c.relation)));
  perform agora.redress_tell('admin', 'complaint');
  return jsonb_build_object('reference', c.reference, 'acknowledge_by', agora.ts(c.acknowledge_by), 'decide_by', agora.ts(c.decide_by))::text;
end $$;
comment on function agora.complaint_confirm is 'Opens a complaint by the code that was sent to its address; null for a code that is wrong, used or too old.';

create or replace function agora.complaint_lock(viewer uuid, wanted uuid) returns agora.complaint
  language plpgsql set search_path = '' as $$
declare
  c agora.complaint;
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins handle complaints.');
  end if;
  select * into c from agora.complaint where id = wanted for update;
  if not found or c.confirmed_at is null or agora.case_person(c.about) = agora.case_person(viewer) then
    perform agora.fail('AG001');
  end if;
  if c.decided_at is not null then
    perform agora.fail('AG003', null, 'This complaint has been decided.');
  end if;
  return c;
end $$;
comment on function agora.complaint_lock is 'Locks an open complaint for an admin whom it is not about.';

create or replace function agora.complaint_acknowledge(viewer uuid, wanted uuid) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.complaint := agora.complaint_lock(viewer, wanted);
begin
  if c.acknowledged_at is not null then
    perform agora.fail('AG003', null, 'This complaint has been acknowledged already.');
  end if;
  update agora.complaint set acknowledged_at = now(), acknowledged_by = viewer where id = wanted returning * into c;
  perform agora.audit(viewer, 'complaint.acknowledge', 'complaint', wanted);
  perform agora.complaint_mail(c, 'we look at your report', 'Somebody is looking at it. You will hear from us by ' || agora.day_words(c.decide_by) || '.');
  return agora.complaint_json(c)::text;
end $$;
comment on function agora.complaint_acknowledge is 'Tells who complained that somebody looks at it.';

create or replace function agora.complaint_carry_out(c agora.complaint, viewer uuid, how text, reason text, words text) returns uuid
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
begin
  select w.* into v from agora.verification w
   where w.person_id = agora.case_person(c.about) and w.state in ('active', 'suspended') for update;
  if not found then
    perform agora.fail('AG003', null, 'This profile has no verification that could be suspended or revoked.');
  end if;
  if how = 'revoked' then
    return (agora.verification_revoke(viewer, v.id, reason, words)::jsonb ->> 'id')::uuid;
  end if;
  perform agora.verification_suspend(viewer, v.id, reason, words);
  return null;
end $$;
comment on function agora.complaint_carry_out is
  'Suspends or revokes the verification that a complaint is about, by the functions of its life. The act for which a second person is needed first; null: it is done.';

create or replace function agora.complaint_close(c agora.complaint, by uuid, how text) returns agora.complaint
  language plpgsql set search_path = '' as $$
declare
  closed agora.complaint;
begin
  update agora.complaint
     set decided_at = now(), decided_by = by, outcome = how,
         acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, by)
   where id = c.id
  returning * into closed;
  perform agora.audit(by, 'complaint.decide', 'complaint', c.id, jsonb_strip_nulls(jsonb_build_object('outcome', how, 'about', c.about)));
  -- Neutral words: a stranger learns nothing about the member.
  perform agora.complaint_mail(c, 'we have looked at your report',
    case when how = 'nothing_found'
      then 'We have looked into it and found nothing that we have to change.'
      else 'We have looked into it and have done what was needed.' end
    || E'\nFor the sake of those concerned we cannot say more. If you disagree, you can turn to: '
    || agora.policy_text('verification.ombudsman'));
  return closed;
end $$;
comment on function agora.complaint_close is 'Writes what came of a complaint, and tells who complained in neutral words.';

create or replace function agora.complaint_decide(viewer uuid, wanted uuid, how text, reason text, words text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.complaint := agora.complaint_lock(viewer, wanted);
  act uuid;
begin
  if c.act_id is not null then
    perform agora.fail('AG003', null, 'A second person must confirm the revocation first, or refuse it.');
  elsif coalesce(how, '') not in ('suspended', 'revoked', 'corrected', 'nothing_found') then
    perform agora.fail('AG004', '/outcome', 'Choose what came of it.');
  elsif coalesce(length(trim(words)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/note', 'Say why in a note of at most 2,000 characters.');
  end if;
  if how in ('suspended', 'revoked') then
    act := agora.complaint_carry_out(c, viewer, how, reason, trim(words));
  end if;
  update agora.complaint set note = trim(words), act_id = act where id = wanted returning * into c;
  if act is null then
    c := agora.complaint_close(c, viewer, how);
  else
    perform agora.audit(viewer, 'complaint.await', 'complaint', wanted, jsonb_build_object('act', act, 'about', c.about));
    perform agora.redress_tell('admin', 'complaint');
  end if;
  return agora.complaint_json(c)::text;
end $$;
comment on function agora.complaint_decide is
  'Decides a complaint, carries the outcome out, and tells who complained in neutral words. A revocation that needs a second person is asked for, and nothing is decided before it is confirmed.';

create or replace function agora.complaint_settle(act agora.two_person_act) returns void
  language plpgsql set search_path = '' as $$
declare
  c agora.complaint;
begin
  select * into c from agora.complaint where act_id = act.id and decided_at is null for update;
  if not found then
    return;
  end if;
  if act.state = 'confirmed' then
    perform agora.complaint_close(c, act.asked_by, 'revoked');
  else
    update agora.complaint set act_id = null, note = null where id = c.id;
    perform agora.audit(coalesce(act.refused_by, act.confirmed_by), 'complaint.reopen', 'complaint', c.id,
                        jsonb_build_object('act', act.id, 'state', act.state));
  end if;
  perform agora.redress_tell('admin', 'complaint');
end $$;
comment on function agora.complaint_settle is
  'The revocation that a complaint waits for was settled: confirmed, the complaint is decided; refused, taken back or run out, it is to be decided as before.';

grant execute on function agora.complaint_add(text, text, text, text, text, boolean, text, text, text),
  agora.complaint_confirm(text, text, text), agora.complaint_acknowledge(uuid, uuid),
  agora.complaint_decide(uuid, uuid, text, text, text) to agora_app;
