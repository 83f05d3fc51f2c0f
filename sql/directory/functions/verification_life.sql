-- A verification between its grant and its end: suspended and reinstated by staff, and what comes by the
-- clock: notices before it lapses, the lapse, and the end of contacts that a long suspension brings.

create or replace function agora.person_mail(person uuid, subject text, body text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform agora.case_mail(a.id, subject, body) from agora.account a where a.person_id = person and a.state = 'active';
end $$;
comment on function agora.person_mail is 'Queues an e-mail about their verification to every account of a person.';

create or replace function agora.verification_suspend(viewer uuid, wanted uuid, reason text, note text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification := agora.verification_lock(viewer, wanted, 'suspend');
begin
  if not exists (select from agora.suspend_reason where code = reason) or reason = 'recall' then
    perform agora.fail('AG004', '/reason', 'Choose one of the reasons of the list.');
  end if;
  perform agora.note_check(note, '/note');
  if v.state <> 'active' then
    perform agora.fail('AG003', null, case v.state when 'suspended' then 'This verification is suspended already.'
      else 'This verification has ended already.' end);
  end if;
  perform agora.verification_suspended(v, viewer, reason, note);
  perform agora.introductions_pause(v.person_id);
  perform agora.person_mail(v.person_id, 'Your verification is suspended',
    'Your verification does not count for now: ' || (select r.class from agora.suspend_reason r where r.code = reason)
    || E'.\nYou are not found by searches, and requests for introductions wait. Your contacts are kept for '
    || agora.policy_int('verification.suspended_days') || ' days.');
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.verification_suspend is
  'Lets a verification not count for a time: its member is hidden from searches, open introductions wait, contacts are kept for 14 days.';

create or replace function agora.verification_suspended(v agora.verification, by uuid, reason text, note text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.verification
     set state = 'suspended', suspended_by = by, suspend_reason = reason, suspend_note = trim(note), version = version + 1
   where id = v.id;
  perform agora.audit(by, 'verification.suspend', 'verification', v.id, jsonb_build_object('reason', reason));
end $$;
comment on function agora.verification_suspended is 'The change itself, and its entry in the audit log.';

create or replace function agora.verification_reinstate(viewer uuid, wanted uuid, note text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification := agora.verification_lock(viewer, wanted, 'reinstate');
begin
  perform agora.note_check(note, '/note');
  if v.state <> 'suspended' then
    perform agora.fail('AG003', null, 'This verification is not suspended.');
  end if;
  if v.suspend_reason = 'recall' then
    perform agora.fail('AG003', null, 'It was recalled: it counts again when its case has been decided.');
  end if;
  update agora.verification set state = 'active', version = version + 1 where id = wanted;
  perform agora.audit(viewer, 'verification.reinstate', 'verification', wanted, '{}');
  perform agora.introductions_resume(v.person_id);
  perform agora.person_mail(v.person_id, 'Your verification counts again',
    'Your verification counts again, and requests for introductions go on.');
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.verification_reinstate is 'Lets a suspended verification count again; what was paused goes on.';

create or replace function agora.person_suspended(person uuid) returns boolean
  -- In plpgsql, since its plan is kept.
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.verification v where v.person_id = person and v.state = 'suspended');
end $$;
comment on function agora.person_suspended is 'Whether the verification of a person is suspended.';

-- What comes by the clock. Each takes a bounded number of rows and says how many.

create or replace function agora.verification_stage(v agora.verification) returns integer
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer
      from unnest('{first,second,third}'::text[]) n (name)
     where v.valid_until - agora.policy_days('verification.notice_' || n.name) <= now());
end $$;
comment on function agora.verification_stage is 'How many of the three notices are due: 120, 90 and 30 days before its end.';

create or replace function agora.verification_notices() returns bigint
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
  n bigint := 0;
begin
  for v in select * from agora.verification d
            where d.state = 'active' and d.lapsed_at is null and d.noticed < 3 and d.valid_until > now()
              and d.valid_until <= now() + agora.policy_days('verification.notice_first')
              and d.noticed < agora.verification_stage(d)
            order by d.valid_until limit 50 for update skip locked loop
    -- Who comes late (a worker that was away) tells once, not twice in a row.
    update agora.verification set noticed = agora.verification_stage(v), version = version + 1 where id = v.id;
    insert into agora.verification_event (verification_id, event) values (v.id, 'notice');
    perform agora.audit(null, 'verification.notice', 'verification', v.id,
                        jsonb_build_object('notice', agora.verification_stage(v)));
    perform agora.person_mail(v.person_id, 'Your verification runs out on ' || agora.day_words(v.valid_until),
      'Your verification holds until ' || agora.day_words(v.valid_until) || E'.\n'
      || 'Ask to be checked again before that day; a check in good time leaves no gap.');
    perform agora.event_add(a.id, 'case') from agora.account a where a.person_id = v.person_id and a.state = 'active';
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.verification_notices is 'Tells members that their verification will lapse, each notice once.';

create or replace function agora.verification_lapses() returns bigint
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
  n bigint := 0;
begin
  for v in select * from agora.verification d
            where d.state = 'active' and d.lapsed_at is null and d.valid_until <= now()
            order by d.valid_until limit 50 for update skip locked loop
    update agora.verification set lapsed_at = now(), version = version + 1 where id = v.id;
    insert into agora.verification_event (verification_id, event, at) values (v.id, 'lapsed', v.valid_until);
    perform agora.audit(null, 'verification.lapse', 'verification', v.id);
    perform agora.person_mail(v.person_id, 'Your verification has run out',
      E'Your verification held until ' || agora.day_words(v.valid_until)
      || E'. Your contacts stay; new introductions need a new check.');
    perform agora.verification_changed(v.person_id);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.verification_lapses is 'Notes that verifications have lapsed (that they count no more follows from the time), and tells their members.';

create or replace function agora.verification_suspended_long() returns bigint
  language plpgsql set search_path = '' as $$
declare
  v agora.verification;
  n bigint := 0;
begin
  for v in select * from agora.verification d
            where d.state = 'suspended' and d.contacts_ended_at is null
              and d.suspended_at <= now() - agora.policy_days('verification.suspended_days')
            order by d.suspended_at limit 5 for update skip locked loop
    update agora.verification set contacts_ended_at = now(), version = version + 1 where id = v.id;
    perform agora.audit(null, 'verification.contacts_end', 'verification', v.id);
    perform agora.introductions_cancel(a.id, 'not_reinstated')
      from agora.account a where a.person_id = v.person_id and a.state <> 'erased';
    perform agora.person_mail(v.person_id, 'Your contacts have ended',
      'Your verification is still suspended, so your contacts on the messaging server have ended. When it counts again you can be introduced anew.');
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.verification_suspended_long is 'Ends the contacts, and cancels what waits, of members who were not reinstated in time.';

create or replace function agora.verification_by_clock() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
begin
  return agora.verification_notices() + agora.verification_lapses() + agora.verification_suspended_long()
       + agora.two_person_by_clock() + agora.break_glass_by_clock();
end $$;
comment on function agora.verification_by_clock is
  'The worker''s timer: notices, lapses, suspensions that lasted too long, acts that no second person confirmed, broken glasses to be told of; how many. Called until it gives 0.';

create or replace function agora.verification_history(v agora.verification) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('at', agora.ts(e.at), 'text', case e.event
        when 'granted' then 'Checked'
        when 'notice' then 'You were told that it will run out'
        when 'lapsed' then 'Ran out'
        when 'suspended' then 'Suspended'
        when 'reinstated' then 'Counts again'
        when 'revoked' then 'Ended'
        when 'superseded' then 'Replaced' end || coalesce(': ' || e.class, '') || '.') order by e.id), '[]')
      from agora.verification_event e where e.verification_id = v.id);
end $$;
comment on function agora.verification_history is 'The history of a badge: dates and classes of reasons.';

-- A profile whose name is no longer the one that was checked.

create or replace function agora.name_kept(shown text, given text, family text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return string_to_array(agora.fold(shown), ' ') @> string_to_array(agora.fold(family), ' ')
     and exists (
       select from unnest(string_to_array(agora.fold(shown), ' ')) s (word), unnest(string_to_array(agora.fold(given), ' ')) g (word)
        where s.word <> '' and left(g.word, length(s.word)) = s.word);
end $$;
comment on function agora.name_kept is
  'Whether a shown name is still the verified one: it has the family name, and a given name or its beginning. Titles and second names make no difference.';

create or replace function agora.name_shown_changed(account uuid, shown text, by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  v agora.verification;
  given text;
  family text;
begin
  select w.* into v from agora.verification w
   where w.person_id = agora.person_of(account) and w.state in ('active', 'suspended');
  select k.value into given from agora.claim k where k.verification_id = v.id and k.name = 'given_name';
  select k.value into family from agora.claim k where k.verification_id = v.id and k.name = 'family_name';
  if given is not null and family is not null and not agora.name_kept(shown, given, family)
     and not exists (select from agora.claim k where k.verification_id = v.id and k.name = 'also_known_as'
                        and agora.fold(k.value) = agora.fold(shown)) then
    perform agora.verification_outdated(v.person_id, by);
  end if;
end $$;
comment on function agora.name_shown_changed is
  'A member shows another name than the one that was checked: the verification is superseded, since it says nothing about the new one.';

grant execute on function agora.verification_suspend(uuid, uuid, text, text), agora.verification_reinstate(uuid, uuid, text),
  agora.verification_by_clock() to agora_app;
