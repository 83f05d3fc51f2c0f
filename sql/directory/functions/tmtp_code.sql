-- Linking a member by a code that they ping to the introducer. A code is for one member, works once, and
-- only its hash is here. Whoever pings anything else learns nothing, and the more often the longer they wait.

create or replace function agora.tmtp_code_make(viewer uuid, hash text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  until timestamptz := now() + make_interval(mins => agora.policy_int('tmtp.code_minutes')::integer);
begin
  if agora.oidc_level_missing(viewer, 'tmtp') then
    perform agora.fail('AG002', null, 'Have your identity checked first: TMTP accounts are for verified members.');
  elsif exists (select from agora.tmtp_account t where t.account_id = viewer) then
    perform agora.fail('AG003', null, 'Your TMTP account is linked already.');
  elsif agora.attempt_count('tmtp-code:' || viewer, '1 hour') > agora.policy_int('tmtp.codes_per_hour') then
    perform agora.fail('AG006', null, 'You have asked for many codes. Wait an hour, then ask for another.');
  end if;
  perform agora.attempt_forget_old();
  delete from agora.tmtp_code c where c.expires_at < now() - interval '1 day';
  insert into agora.tmtp_code (account_id, code_hash, expires_at) values (viewer, decode(hash, 'hex'), until)
  on conflict (account_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;
  return agora.ts(until);
end $$;
comment on function agora.tmtp_code_make is
  'A verified member who is not linked gets a code; the one before it is worth nothing any more. Until when it may be used.';

create or replace function agora.tmtp_ping_key(sender text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return 'ping:' || encode(sha256(convert_to(sender, 'UTF8')), 'hex');
end $$;
comment on function agora.tmtp_ping_key is 'A TMTP user as counters know it: no uid.';

create or replace function agora.tmtp_pinged(sender text, sender_alias text, hashes text[]) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  key text := agora.tmtp_ping_key(sender);
  wanted uuid;
  holder uuid;
begin
  -- Whoever has tried too often waits, and what they try meanwhile is not even looked at.
  if agora.attempt_wait(key, agora.policy_int('tmtp.free_pings'), agora.policy_int('tmtp.longest_wait')) > 0 then
    return 'ignored';
  end if;
  perform agora.attempt_forget_old();
  select c.account_id into wanted
    from unnest(hashes) h
    join agora.tmtp_code c on c.code_hash = decode(h, 'hex')
   where c.expires_at > now() and agora.is_active(c.account_id) and not agora.oidc_level_missing(c.account_id, 'tmtp')
     and length(sender_alias) between 1 and 80 and sender_alias !~ '[[:cntrl:]]'
     and not exists (select from agora.tmtp_account t where t.account_id = c.account_id)
   limit 1 for update of c;
  select t.account_id into holder from agora.tmtp_account t where t.uid = sender;
  if wanted is not null and holder is null then
    perform agora.tmtp_link(wanted, sender, sender_alias);
    delete from agora.tmtp_code c where c.account_id = wanted;
    return 'linked';
  end if;
  perform agora.attempt_count(key);
  if agora.person_of(wanted) <> agora.person_of(holder) then
    perform agora.audit(null, 'tmtp.link_refused', 'account', wanted, jsonb_build_object('linked_to', holder));
    return 'taken';
  end if;
  return 'refused';
end $$;
comment on function agora.tmtp_pinged is
  'Somebody has pinged the introducer, with what may be codes. linked: it was a member''s; refused, ignored: nothing has changed, and is told to nobody; taken: a member''s code came from the TMTP account of another person, which changes nothing and is an alarm.';

grant execute on function agora.tmtp_code_make(uuid, text), agora.tmtp_pinged(text, text, text[]) to agora_app;
