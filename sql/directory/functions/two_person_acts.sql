-- What needs two persons: one asks and says why, another one of another person confirms what was asked,
-- and in that transaction it is done. Neither may be the person it is about.

create or replace function agora.has_role(viewer uuid, wanted text[]) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.account where id = viewer and state = 'active' and wanted && roles::text[]);
end $$;
comment on function agora.has_role is 'Whether an account is active and has one of these roles.';

create or replace function agora.two_person_hash(payload jsonb) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(payload::text, 'UTF8')), 'hex');
end $$;
comment on function agora.two_person_hash is 'SHA-256 over the JSON text of a payload, in hex.';

create or replace function agora.two_person_barred(viewer uuid, act agora.two_person_act) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.person_of(viewer) = any (agora.two_person_about(act.kind, act.payload));
end $$;
comment on function agora.two_person_barred is 'Whether the act is about the viewer''s own person.';

create or replace function agora.two_person_ask(viewer uuid, kind text, payload jsonb, reason text) returns uuid
  language plpgsql security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  k agora.two_person_kind;
  act agora.two_person_act;
begin
  select * into k from agora.two_person_kind t where t.kind = kind;
  if not found then
    perform agora.fail('AG004', '/kind', 'Choose one of the kinds of the list.');
  end if;
  if not agora.has_role(viewer, k.ask_roles) then
    perform agora.fail('AG002', null, 'Only these can ask for it: ' || array_to_string(k.ask_roles, ', ') || '.');
  end if;
  if coalesce(length(trim(reason)), 0) not between 10 and 2000 then
    perform agora.fail('AG004', '/reason', 'Say why in 10 to 2,000 characters; the second person reads it.');
  end if;
  if jsonb_typeof(payload) is distinct from 'object' then
    perform agora.fail('AG004', '/payload', 'Send an object.');
  end if;
  perform agora.two_person_check(kind, payload);
  act := (agora.new_id(), kind, payload, agora.two_person_hash(payload), trim(reason), viewer, now(),
          now() + make_interval(hours => agora.policy_int('two_person.hours')::integer), 'asked', null, null, null, null, null);
  if agora.two_person_barred(viewer, act) then
    perform agora.fail('AG002', null, 'This is about yourself; others must ask for it and confirm it.');
  end if;
  insert into agora.two_person_act select act.*;
  perform agora.audit(viewer, 'two_person.ask', 'two_person', act.id,
                      jsonb_build_object('kind', kind, 'payload', act.payload_hash));
  perform agora.two_person_tell(act);
  return act.id;
exception when unique_violation then
  perform agora.fail('AG003', null, 'This has been asked for already and waits for a second person.');
end $$;
comment on function agora.two_person_ask is
  'Asks for an act that needs a second person, with a written reason; its id. Nothing is done before that person confirms.';

create or replace function agora.two_person_tell(act agora.two_person_act) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform agora.event_add(a.id, 'two_person', act.id)
    from agora.account a
    join agora.two_person_kind k on k.kind = act.kind
   where a.state = 'active' and (k.confirm_roles && a.roles::text[] or a.id = act.asked_by);
end $$;
comment on function agora.two_person_tell is 'Tells the browsers of those who may confirm an act, and of who asked for it, that it has changed.';

create or replace function agora.two_person_lock(viewer uuid, wanted uuid, seen text) returns agora.two_person_act
  language plpgsql volatile set search_path = '' as $$
declare
  act agora.two_person_act;
begin
  select * into act from agora.two_person_act where id = wanted for update;
  if not found or not agora.two_person_seen(viewer, act) then
    perform agora.fail('AG001');
  end if;
  if act.state <> 'asked' or act.expires_at <= now() then
    perform agora.fail('AG003', null, case act.state
      when 'confirmed' then 'A second person has confirmed this already.'
      when 'refused' then 'This was refused.'
      else 'Nobody confirmed this in time. Ask again.' end);
  end if;
  if seen <> '*' and seen <> agora.two_person_etag(act) then
    perform agora.fail('AG005', null, 'This is not what you have read. Read it again.');
  end if;
  return act;
end $$;
comment on function agora.two_person_lock is
  'Locks an act that waits. seen: the version that the caller knows, null or * for any.';

create or replace function agora.two_person_etag(act agora.two_person_act) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return left(agora.two_person_hash(act.payload || jsonb_build_object('state', act.state, 'id', act.id)), 24);
end $$;
comment on function agora.two_person_etag is 'Version of an act: what is asked for, and its state.';

create or replace function agora.two_person_confirm(viewer uuid, wanted uuid, seen text default null) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  act agora.two_person_act := agora.two_person_lock(viewer, wanted, seen);
begin
  if agora.person_of(viewer) = agora.person_of(act.asked_by) then
    perform agora.fail('AG002', null, 'You have asked for this yourself; another person must confirm it.');
  end if;
  if agora.two_person_barred(viewer, act) then
    perform agora.fail('AG002', null, 'This is about yourself; others must confirm it.');
  end if;
  if not agora.has_role(viewer, (select confirm_roles from agora.two_person_kind where kind = act.kind)) then
    perform agora.fail('AG002', null, 'You do not have a role that can confirm this.');
  end if;
  if not agora.has_role(act.asked_by, (select ask_roles from agora.two_person_kind where kind = act.kind)) then
    perform agora.fail('AG003', null, 'Who asked for this may not do so any more. Refuse it.');
  end if;
  if act.payload_hash <> agora.two_person_hash(act.payload) then
    perform agora.fail('AG003', null, 'This is not what was asked for: it was changed. Refuse it, and tell the auditor.');
  end if;
  perform agora.two_person_check(act.kind, act.payload);
  update agora.two_person_act
     set state = 'confirmed', confirmed_by = viewer, settled_at = now(), summary = agora.two_person_words(kind, payload)
   where id = wanted;
  perform agora.audit(viewer, 'two_person.confirm', 'two_person', wanted,
                      jsonb_build_object('kind', act.kind, 'payload', act.payload_hash, 'asked_by', act.asked_by));
  perform agora.two_person_do(act, viewer);
  perform agora.two_person_tell(act);
end $$;
comment on function agora.two_person_confirm is
  'The second person confirms: the act is done in this transaction, or nothing has happened. Another account of another person than the first''s, with a role for it, and not who it is about.';

create or replace function agora.two_person_refuse(viewer uuid, wanted uuid, why text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  act agora.two_person_act := agora.two_person_lock(viewer, wanted, null);
begin
  -- Who asked may take it back; who may confirm may refuse.
  if viewer <> act.asked_by and (agora.two_person_barred(viewer, act)
     or not agora.has_role(viewer, (select confirm_roles from agora.two_person_kind where kind = act.kind))) then
    perform agora.fail('AG002', null, 'You do not have a role that can refuse this.');
  end if;
  if coalesce(length(trim(why)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/note', 'Say why not in at most 2,000 characters.');
  end if;
  update agora.two_person_act
     set state = 'refused', refused_by = viewer, note = trim(why), settled_at = now(), summary = agora.two_person_words(kind, payload)
   where id = wanted;
  perform agora.audit(viewer, 'two_person.refuse', 'two_person', wanted, jsonb_build_object('kind', act.kind));
  perform agora.two_person_tell(act);
end $$;
comment on function agora.two_person_refuse is 'The second person refuses, or the first one takes it back; nothing is done.';

create or replace function agora.two_person_by_clock() returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  act agora.two_person_act;
  n bigint := 0;
begin
  for act in select * from agora.two_person_act where state = 'asked' and expires_at <= now()
              order by expires_at limit 100 for update skip locked loop
    update agora.two_person_act
       set state = 'expired', settled_at = now(), summary = agora.two_person_words(kind, payload)
     where id = act.id;
    perform agora.audit(null, 'two_person.expire', 'two_person', act.id, jsonb_build_object('kind', act.kind));
    perform agora.two_person_tell(act);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.two_person_by_clock is 'Expires what nobody confirmed in time; how many.';

grant execute on function agora.two_person_ask(uuid, text, jsonb, text), agora.two_person_confirm(uuid, uuid, text),
  agora.two_person_refuse(uuid, uuid, text), agora.two_person_by_clock() to agora_app;
