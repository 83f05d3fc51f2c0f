-- The transitions of an introduction. Each locks the two persons, then the row, checks, changes it,
-- writes the audit row, the events and the outbox row: one transaction, all or nothing.

create or replace function agora.pair_lock(a uuid, b uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform p.id from agora.person p where p.id in (a, b) order by p.id for no key update;
end $$;
comment on function agora.pair_lock is
  'Lets one transaction at a time decide between two persons, always locking them in the same order. It guards the quota, the capacity, blocks and the one open request.';

create or replace function agora.introduction_lock(wanted uuid, viewer uuid) returns agora.introduction
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.introduction;
begin
  select * into i from agora.introduction where id = wanted and viewer in (asker, asked);
  if found then
    perform agora.pair_lock(i.asker_person, i.asked_person);
    select * into i from agora.introduction where id = wanted for update;
  end if;
  if agora.introduction_seen(i, viewer) is null then
    perform agora.fail('AG001');
  end if;
  return i;
end $$;
comment on function agora.introduction_lock is 'The introduction, locked for a change by one of its two; not found when the viewer is neither, or does not see it any more.';

create or replace function agora.introduction_tell(i agora.introduction, to_asker boolean, to_asked boolean) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  if to_asker then
    perform agora.event_add(i.asker, 'introduction', i.id);
  end if;
  if to_asked then
    perform agora.event_add(i.asked, 'introduction', i.id);
  end if;
end $$;
comment on function agora.introduction_tell is 'Tells the browsers of those who may notice that an introduction has changed.';

create or replace function agora.introduction_spend(person uuid, amount numeric) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  insert into agora.introduction_quota (person_id, tokens)
  values (person, least(agora.policy_int('introduction.tokens'), agora.introduction_tokens(person) - amount))
  on conflict (person_id) do update
    set tokens = least(agora.policy_int('introduction.tokens'), agora.introduction_tokens(person) - amount),
        counted_at = now();
end $$;
comment on function agora.introduction_spend is 'Takes tokens from a person''s bucket, or puts some back (a negative amount), never above its cap.';

create or replace function agora.introduction_lapse(i agora.introduction) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.introduction
     set lapsed = true,
         state = case state when 'offered' then 'expired' else state end
   where id = i.id;
  if i.state = 'declined' and i.created_at > now() - agora.policy_days('introduction.token_return_days') then
    perform agora.introduction_spend(i.asker_person, -1);
  end if;
  if i.state = 'offered' then
    perform agora.audit(null, 'introduction.expire', 'introduction', i.id);
  end if;
  perform agora.introduction_tell(i, i.withdrawn_at is null, i.state = 'offered');
end $$;
comment on function agora.introduction_lapse is
  'Acts on expires_at. The token of a declined request comes back only now: earlier it would tell of the decline.';

create or replace function agora.introductions_lapse(most integer) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction;
  n bigint := 0;
begin
  for i in
    select * from agora.introduction d
     where not d.lapsed and d.state in ('offered', 'declined', 'cancelled') and d.expires_at <= now() and d.paused_at is null
     order by d.expires_at limit most for update skip locked
  loop
    perform agora.introduction_lapse(i);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.introductions_lapse is 'The worker''s timer: acts on requests whose time is up; how many.';

create or replace function agora.introduction_check_note(pointer text, note text, least_length integer, most integer) returns void
  language plpgsql immutable set search_path = '' as $$
begin
  if note is null then
    return;
  end if;
  if length(note) < least_length then
    perform agora.fail('AG004', pointer, format('Write at least %s characters.', least_length));
  elsif length(note) > most then
    perform agora.fail('AG004', pointer, format('Write at most %s characters.', most));
  elsif not agora.introduction_clean(note) then
    perform agora.fail('AG004', pointer, 'Leave out web addresses, e-mail addresses and telephone numbers; you can exchange them once you are introduced.');
  end if;
end $$;
comment on function agora.introduction_check_note is 'Refuses a note that is too short, too long or has ways to get in touch in it.';

create or replace function agora.introduction_consent(i agora.introduction, by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  if i.paused_at is not null then
    perform agora.fail('AG003', null, 'This request is paused. It can be accepted when it goes on.');
  end if;
  -- Asked again here, since the request may be weeks old: both verifications, both accounts, no block.
  if agora.member_level(by) < agora.policy_int('introduction.level_asked') then
    perform agora.fail('AG002', null, 'Only verified members can be introduced. Have your identity checked first.');
  end if;
  if not agora.introduction_allowed(i) then
    perform agora.fail('AG003', null, 'This request cannot be accepted any more.');
  end if;
  if i.created_at > now() - agora.policy_days('introduction.token_return_days')
     and not (i.state = 'declined' and i.lapsed) then
    perform agora.introduction_spend(i.asker_person, -1);
  end if;
  update agora.introduction
     set state = 'granting', answered_at = now(), decline_reason = null
   where id = i.id;
  perform agora.contact_grant(i);
  perform agora.audit(by, 'introduction.accept', 'introduction', i.id);
  perform agora.introduction_tell(i, true, true);
end $$;
comment on function agora.introduction_consent is
  'The one asked says yes: the introduction is granting, the permission queued for the TMTP server. The pair is locked.';

create or replace function agora.introduction_allowed(i agora.introduction) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.is_active(i.asker) and agora.is_active(i.asked) and not agora.is_blocked(i.asker, i.asked)
     and agora.member_level(i.asker) >= agora.policy_int('introduction.level_ask')
     and agora.member_level(i.asked) >= agora.policy_int('introduction.level_asked');
end $$;
comment on function agora.introduction_allowed is 'Whether the two may be put in contact now: active, verified, no block. Asked at the acceptance and again before the grant.';

create or replace function agora.introduction_target(me agora.account, handle text) returns agora.account
  language plpgsql stable set search_path = '' as $$
declare
  named record := agora.member_named(handle);
  other agora.account;
begin
  select * into other from agora.account a where a.id = named.account and a.state = 'active' and named.holds;
  if not found or other.person_id = me.person_id
     or named.under is null and not agora.known_by_name(me.id, other.id)
     or not agora.person_listed(other.id) and agora.introduction_current(me.id, other.id) is null
     or exists (select from agora.block k where k.blocker_person = other.person_id and k.blocked_person = me.person_id)
        and agora.introduction_current(me.id, other.id) is null then
    perform agora.fail('AG004', '/to', 'There is no such member to be introduced to.');
  end if;
  return other;
end $$;
comment on function agora.introduction_target is
  'The member whom a handle or a pseudonym names, to be asked: one that the asker does not know by that name, or that is not in the directory, is as nobody.';

create or replace function agora.introduction_ask(
    viewer uuid, handle text, ask text, topic text, why text, time_asked text, offer text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  me agora.account;
  other agora.account;
  stale agora.introduction;
  mutual agora.introduction;
  obstacle record;
  i agora.introduction;
  void boolean;
begin
  select * into me from agora.account a where a.id = viewer;
  other := agora.introduction_target(me, handle);
  perform agora.introduction_check_note('/why', why, 20, 280);
  perform agora.introduction_check_note('/offer', offer, 1, 140);
  if topic is not null and not exists (select from agora.concept c where c.id = topic) then
    perform agora.fail('AG004', '/topic', 'Choose a topic from the list.');
  end if;

  perform agora.pair_lock(me.person_id, other.person_id);
  for stale in
    select * from agora.introduction d
     where (d.asker_person, d.asked_person) in ((me.person_id, other.person_id), (other.person_id, me.person_id))
       and d.state = 'offered' and d.expires_at <= now() and d.paused_at is null for update
  loop
    perform agora.introduction_lapse(stale);
  end loop;

  -- They asked first: two requests that cross are two consents.
  select * into mutual from agora.introduction m where m.id = agora.introduction_mutual(viewer, other.id) for update;
  if found and not agora.is_blocked(viewer, other.id) then
    perform agora.introduction_consent(mutual, viewer);
    return agora.introduction_json(mutual.id, viewer)::text;
  end if;

  obstacle := agora.introduction_obstacle(viewer, other.id);
  if obstacle.code is not null then
    perform agora.fail(obstacle.code, case obstacle.code when 'AG004' then '/to' end, obstacle.sentence);
  end if;
  perform agora.introduction_spend(me.person_id, 1);
  void := agora.introduction_void(viewer, other.id);
  insert into agora.introduction (asker, asked, asker_person, asked_person, asker_as, asked_as, ask, topic, why, time_asked, offer, state, expires_at)
  values (viewer, other.id, me.person_id, other.person_id, agora.met_as(other.id, viewer), agora.met_as(viewer, other.id),
          ask::agora.ask_kind, topic, why, time_asked::agora.time_asked, offer,
          case when void then 'cancelled' else 'offered' end::agora.introduction_state, now() + agora.policy_days('introduction.expiry_days'))
  returning * into i;
  perform agora.audit(viewer, 'introduction.ask', 'introduction', i.id);
  perform agora.introduction_tell(i, true, not void);
  if not void then
    perform agora.introduction_mail(i);
  end if;
  return agora.introduction_json(i.id, viewer)::text;
end $$;
comment on function agora.introduction_ask is
  'One member asks to be introduced to another; the introduction as the asker sees it. When the other has asked not long ago, this accepts that request.';

create or replace function agora.introduction_accept(viewer uuid, wanted uuid) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction := agora.introduction_lock(wanted, viewer);
begin
  if viewer <> i.asked or i.state in ('expired', 'ended')
     or i.state in ('offered', 'declined') and agora.introduction_mutual(i.asked, i.asker) is distinct from i.id
     or i.state = 'offered' and i.expires_at <= now() and i.paused_at is null then
    perform agora.fail('AG003', null, case
      when viewer <> i.asked then 'Only the member who was asked can accept.'
      else 'This request cannot be accepted any more.' end);
  end if;
  if i.state in ('offered', 'declined') then
    perform agora.introduction_consent(i, viewer);
  end if;
  return agora.introduction_json(i.id, viewer)::text;
end $$;
comment on function agora.introduction_accept is
  'The member who was asked accepts, or thinks better of a decline. A repeat changes nothing and gives the same answer.';

create or replace function agora.introduction_decline(viewer uuid, wanted uuid, reason text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction := agora.introduction_lock(wanted, viewer);
begin
  if viewer <> i.asked or i.state not in ('offered', 'declined')
     or i.state = 'offered' and i.expires_at <= now() and i.paused_at is null then
    perform agora.fail('AG003', null, case
      when viewer <> i.asked then 'Only the member who was asked can decline.'
      else 'This request is not open any more.' end);
  end if;
  if i.state = 'offered' then
    update agora.introduction
       set state = 'declined', answered_at = now(), decline_reason = reason
     where id = i.id;
    perform agora.audit(viewer, 'introduction.decline', 'introduction', i.id);
    perform agora.introduction_tell(i, false, true);
  end if;
  return agora.introduction_json(i.id, viewer)::text;
end $$;
comment on function agora.introduction_decline is
  'The member who was asked declines. Nothing that the asker can see changes before the request would have expired.';

create or replace function agora.introduction_withdraw(viewer uuid, wanted uuid) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction := agora.introduction_lock(wanted, viewer);
begin
  if viewer <> i.asker or agora.introduction_seen(i, viewer) not in ('sent', 'withdrawn') then
    perform agora.fail('AG003', null, case
      when viewer <> i.asker then 'Only the member who asked can withdraw.'
      else 'This request is not open any more.' end);
  end if;
  if i.withdrawn_at is null then
    update agora.introduction
       set state = case state when 'offered' then 'withdrawn' else state end, withdrawn_at = now()
     where id = i.id;
    perform agora.audit(viewer, 'introduction.withdraw', 'introduction', i.id);
    perform agora.introduction_tell(i, true, i.state = 'offered');
  end if;
  return agora.introduction_json(i.id, viewer)::text;
end $$;
comment on function agora.introduction_withdraw is
  'The asker takes a request back; the other does not see it any more. Works in the same way on one that was declined without the asker''s knowing.';

create or replace function agora.introduction_finish(
    i agora.introduction, by uuid, reason text, asker_sees boolean, asked_sees boolean) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.introduction
     set state = 'ended', ended_at = now(), ended_by = by, ended_for = reason,
         asker_sees_end = asker_sees, asked_sees_end = asked_sees
   where id = i.id;
  perform agora.contact_end(i);
  perform agora.audit(by, 'introduction.end', 'introduction', i.id, jsonb_strip_nulls(jsonb_build_object('reason', reason)));
  perform agora.introduction_tell(i, asker_sees, asked_sees);
end $$;
comment on function agora.introduction_finish is 'Ends an accepted introduction and takes the permission back from the TMTP server. The row is locked.';

create or replace function agora.introduction_end(viewer uuid, wanted uuid, tell boolean) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction := agora.introduction_lock(wanted, viewer);
  -- Who still waits to be connected is told in any case: they would wait for ever.
  told boolean := coalesce(tell, false) or i.connected_at is null;
begin
  if i.state in ('granting', 'grant_failed', 'connected') then
    perform agora.introduction_finish(i, viewer, null, told or viewer = i.asker, told or viewer = i.asked);
  elsif i.state = 'ended' then
    update agora.introduction
       set asker_sees_end = asker_sees_end or viewer = asker, asked_sees_end = asked_sees_end or viewer = asked
     where id = i.id;
  else
    perform agora.fail('AG003', null, 'There is no contact to end.');
  end if;
  return agora.introduction_json(i.id, viewer)::text;
end $$;
comment on function agora.introduction_end is
  'Either of the two ends the contact; the other''s page changes only when they are to be told. A repeat changes nothing.';

create or replace function agora.introductions_cancel(account uuid, reason text, most integer default null) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  i agora.introduction;
  n bigint := 0;
  open uuid[];
  accepted uuid[] := '{}';
  contacts_too boolean := reason in ('fraud_confirmed', 'mistaken_identity', 'verifier_compromised', 'not_reinstated', 'erased');
begin
  open := array(
    select o.id from agora.introduction o
     where account in (o.asker, o.asked)
       and (o.state in ('offered', 'granting', 'grant_failed') or o.state = 'connected' and contacts_too)
     order by o.id limit most);
  perform p.id from agora.person p
    where p.id in (select unnest(array[o.asker_person, o.asked_person]) from agora.introduction o where o.id = any (open))
    order by p.id for no key update;
  if most is null then
    -- All means all: also what came while the persons were waited for.
    open := array(select o.id from agora.introduction o where account in (o.asker, o.asked));
  end if;
  for i in
    select * from agora.introduction o
     where o.id = any (open)
       and (o.state in ('offered', 'granting', 'grant_failed') or o.state = 'connected' and contacts_too)
     order by o.id for update
  loop
    n := n + 1;
    if i.state = 'offered' then
      perform agora.introduction_cancel(i, reason);
    else
      accepted := accepted || i.id;
    end if;
  end loop;
  perform agora.introductions_finish(accepted, reason);
  return n;
end $$;
comment on function agora.introductions_cancel is
  'Ends what is open with an account that may not take part any more (suspended, erased, verification revoked), and its contacts where who they are is in doubt; how many, most at a time (null: all). The asker of a cancelled request sees what they would see after a decline.';

create or replace function agora.introduction_cancel(i agora.introduction, reason text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.introduction
     set state = 'cancelled', ended_for = reason, paused_at = null,
         expires_at = expires_at + coalesce(now() - i.paused_at, '0')
   where id = i.id;
  perform agora.audit(null, 'introduction.cancel', 'introduction', i.id, jsonb_build_object('reason', reason));
  perform agora.introduction_tell(i, false, true);
end $$;
comment on function agora.introduction_cancel is 'Takes an open request from before the one asked; to the asker nothing changes until it would have expired.';

grant execute on function
  agora.introduction_ask(uuid, text, text, text, text, text, text), agora.introduction_accept(uuid, uuid),
  agora.introduction_decline(uuid, uuid, text), agora.introduction_withdraw(uuid, uuid),
  agora.introduction_end(uuid, uuid, boolean), agora.introductions_lapse(integer) to agora_app;
