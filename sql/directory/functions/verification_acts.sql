-- How verifications begin and end. Whatever changes a member's level tells the search index; what ends
-- one also ends what rested on it.

create or replace function agora.verification_changed(person uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  one uuid;
begin
  for one in select a.id from agora.account a where a.person_id = person and a.state <> 'erased' loop
    perform agora.search_touch(one);
    perform agora.event_add(one, 'case');
  end loop;
end $$;
comment on function agora.verification_changed is 'Tells the search index and the browsers of a person''s accounts that the level has changed.';

create or replace function agora.verification_supersede(person uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  old agora.verification;
begin
  select * into old from agora.verification where person_id = person and state in ('active', 'suspended') for update;
  if not found then
    return;
  end if;
  update agora.verification set state = 'superseded', ended_at = now(), version = version + 1 where id = old.id;
  perform agora.audit(null, 'verification.supersede', 'verification', old.id);
  if old.state = 'suspended' then
    perform agora.introductions_resume(person);
  end if;
end $$;
comment on function agora.verification_supersede is
  'Ends the verification that a person has, because a newer one takes its place; what a suspension had paused goes on.';

create or replace function agora.verification_validity(level integer) returns interval
  language plpgsql stable set search_path = '' as $$
begin
  return make_interval(months => agora.policy_int(
    case when level = 4 then 'verification.validity_months_4' else 'verification.validity_months' end)::integer);
end $$;
comment on function agora.verification_validity is 'How long a verification of a level holds.';

create or replace function agora.verification_grant(c agora.vcase, by uuid) returns uuid
  language plpgsql set search_path = '' as $$
declare
  made uuid;
  seen record;
begin
  select coalesce(array_agg(phrase order by worth desc, phrase) filter (where worth > 'none'), '{}') as against,
         coalesce(bool_or(in_person), false) as in_person
    into seen
    from (select i.phrase, max(i.worth) as worth, bool_or(i.in_person) as in_person
            from agora.case_items(c.id) i where i.validated group by i.phrase) item;
  perform agora.verification_supersede(c.person_id);
  insert into agora.verification (person_id, account_id, case_id, level, trust_framework, assurance_level,
    verified_by, remotely, against, verified_at, valid_until)
  values (c.person_id, c.account_id, c.id, c.level, agora.policy_text('verification.trust_framework'),
    'level_' || c.level, agora.policy_text('organisation.name'), not seen.in_person, seen.against, now(),
    now() + agora.verification_validity(c.level))
  returning id into made;
  update agora.claim k set verification_id = made
    from agora.claim_name n
   where k.case_id = c.id and n.code = k.name and c.level >= 2
     and (n.shown_by is null
          or exists (select from agora.case_items(c.id) i where i.validated and i.subtype = any (n.shown_by)));
  perform agora.membership_from_lists(c.person_id);
  perform agora.audit(by, 'verification.grant', 'verification', made,
                      jsonb_build_object('case', c.id, 'level', c.level));
  perform agora.verification_changed(c.person_id);
  return made;
end $$;
comment on function agora.verification_grant is
  'Makes the verification of an approved case and its claims verified: those that the evidence shows, from level 2 on.';

create or replace function agora.verification_end(v agora.verification, by uuid, reason text, note text) returns void
  language plpgsql set search_path = '' as $$
declare
  why agora.revoke_reason;
  one uuid;
begin
  select * into why from agora.revoke_reason where code = reason;
  update agora.verification
     set state = case when why.supersedes then 'superseded' else 'revoked' end::agora.verification_state,
         ended_at = now(), ended_by = by, end_reason = reason, end_note = trim(note), version = version + 1
   where id = v.id;
  perform agora.audit(by, 'verification.revoke', 'verification', v.id, jsonb_build_object('reason', reason));
  for one in select a.id from agora.account a where a.person_id = v.person_id and a.state <> 'erased' loop
    perform agora.introductions_cancel(one, reason);
    perform agora.case_mail(one, 'Your verification has ended',
      'Your verification has ended: ' || why.class || E'.\n'
      || 'Open requests for introductions have ended with it.');
  end loop;
  if why.fraud then
    perform agora.recall_notices(array[v.person_id]);
    perform agora.membership_end(w.id) from agora.register_watch w where w.person_id = v.person_id;
  end if;
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.verification_end is
  'Ends a verification for a reason; open introductions of its member are cancelled and, for fraud kinds, contacts ended and those who had them told.';

create or replace function agora.verification_lock(viewer uuid, wanted uuid, doing text) returns agora.verification
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
begin
  if not agora.has_role(viewer, '{verifier,admin}') then
    perform agora.fail('AG002', null, 'Only verifiers and admins can ' || doing || ' a verification.');
  end if;
  select * into v from agora.verification where id = wanted for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if v.person_id = agora.case_person(viewer) then
    perform agora.fail('AG002', null, 'You cannot ' || doing || ' your own verification; ask another verifier.');
  end if;
  return v;
end $$;
comment on function agora.verification_lock is 'Locks a verification for an act by a verifier or an admin who is not its person.';

create or replace function agora.note_check(note text, pointer text) returns void
  language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(length(trim(note)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', pointer, 'Say why in a note of at most 2,000 characters.');
  end if;
end $$;
comment on function agora.note_check is 'Refuses an act that is not explained.';

create or replace function agora.verification_revoke(viewer uuid, wanted uuid, reason text, note text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification := agora.verification_lock(viewer, wanted, 'revoke');
  why agora.revoke_reason;
  asked uuid;
begin
  select * into why from agora.revoke_reason where code = reason;
  if not found then
    perform agora.fail('AG004', '/reason', 'Choose one of the reasons of the list.');
  end if;
  perform agora.note_check(note, '/note');
  if v.state not in ('active', 'suspended') then
    perform agora.fail('AG003', null, 'This verification has ended already.');
  end if;
  if not why.fraud then
    perform agora.verification_end(v, viewer, reason, note);
    return null;
  end if;
  if length(trim(note)) < 10 then
    perform agora.fail('AG004', '/note', 'Say why in at least 10 characters; the second person reads it.');
  end if;
  asked := agora.two_person_ask(viewer, 'revoke_fraud', jsonb_build_object('verification', wanted, 'reason', reason), note);
  return (select g.body from agora.two_person_get(viewer, asked) g);
end $$;
comment on function agora.verification_revoke is
  'Ends a verification for a reason, at once and with no answer; where who the person is, is in doubt, asks for a second person and answers with what was asked (schema TwoPersonAct).';

create or replace function agora.revoke_fraud_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
begin
  perform agora.payload_known(payload, '{verification,reason}');
  if not exists (select from agora.verification v
                  where v.id = agora.payload_uuid(payload, 'verification') and v.state in ('active', 'suspended')) then
    perform agora.fail('AG003', null, 'This verification has ended already.');
  end if;
  if not exists (select from agora.revoke_reason r where r.code = payload ->> 'reason' and r.fraud) then
    perform agora.fail('AG004', '/payload/reason', 'This is no reason that needs two persons.');
  end if;
end $$;
comment on function agora.revoke_fraud_check is 'What a revocation by two persons needs: {verification, reason}.';

create or replace function agora.revoke_fraud_words(payload jsonb) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select format('The verification of %s (level %s) ends: %s. Open requests end with it, %s contacts end on the messaging server, and those who had them are told.',
        agora.member_words(a.handle), v.level, lower(r.label), agora.recall_contacts(array[v.person_id]))
      from agora.verification v
      join agora.account a on a.id = v.account_id
      join agora.revoke_reason r on r.code = payload ->> 'reason'
     where v.id::text = payload ->> 'verification');
end $$;
comment on function agora.revoke_fraud_words is 'What a revocation does, for the second person.';

create or replace function agora.two_person_do_revoke_fraud(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
  note text := (select t.reason from agora.two_person_act t
                 where t.kind = 'revoke_fraud' and t.payload = two_person_do_revoke_fraud.payload
                   and t.asked_by = two_person_do_revoke_fraud.asked_by order by t.asked_at desc limit 1);
begin
  select * into v from agora.verification where id = (payload ->> 'verification')::uuid for update;
  perform agora.verification_end(v, confirmed_by, payload ->> 'reason', note);
end $$;
comment on function agora.two_person_do_revoke_fraud is 'Ends the verification, with what rested on it.';

create or replace function agora.verification_outdated(person uuid, by uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
begin
  select * into v from agora.verification where person_id = person and state in ('active', 'suspended') for update;
  if found then
    perform agora.verification_end(v, by, 'name_changed', 'The name that was verified has changed.');
  end if;
end $$;
comment on function agora.verification_outdated is 'Supersedes the verification of a person whose verified name has changed.';

create or replace function agora.verification_merge(source uuid, target uuid, by uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  ends agora.verification;
begin
  select * into ends from agora.verification v
   where v.person_id in (source, target) and v.state in ('active', 'suspended')
     and (select count(*) from agora.verification w where w.person_id in (source, target) and w.state in ('active', 'suspended')) > 1
   order by v.state = 'suspended' desc, v.level, v.verified_at limit 1 for update;
  if found then
    update agora.verification
       set state = 'revoked', ended_at = now(), ended_by = by, end_reason = 'duplicate_merged',
           end_note = 'Two persons were found to be one.', version = version + 1
     where id = ends.id;
    perform agora.audit(by, 'verification.revoke', 'verification', ends.id, '{"reason": "duplicate_merged"}');
  end if;
  update agora.verification set person_id = target, version = version + 1 where person_id = source;
end $$;
comment on function agora.verification_merge is
  'Gives a person''s verifications to the one they were found to be; of two that hold the lower one, or the older one, ends.';

grant execute on function agora.verification_revoke(uuid, uuid, text, text) to agora_app;
