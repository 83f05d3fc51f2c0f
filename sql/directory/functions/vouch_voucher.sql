-- What a voucher does: vouch, decline, withdraw, say again that it is still true.

create or replace function agora.vouch_live(voucher uuid) returns bigint
  language plpgsql stable set search_path = '' as $$
begin
  return (select count(*) from agora.vouch where voucher_person = voucher and state = 'given' and answered_at > now() - interval '365 days');
end $$;
comment on function agora.vouch_live is 'How many vouches that a person has given within a year hold.';

create or replace function agora.vouch_answer_check(v agora.vouch, how text, since date, as_name text,
    not_family boolean, not_same_address boolean, confirms boolean) returns void
  language plpgsql stable set search_path = '' as $$
declare
  most bigint := agora.policy_int('vouch.per_year');
  needed integer := (select level from agora.vcase where id = v.case_id);
begin
  if coalesce(length(trim(how)), 0) not between 1 and 500 then
    perform agora.fail('AG004', '/relation', 'Say in at most 500 characters how you know this person.');
  elsif since is null or since > current_date or since < date '1900-01-01' then
    perform agora.fail('AG004', '/known_since', 'Give a day in the past.');
  elsif coalesce(length(trim(as_name)), 0) not between 1 and 200 or not agora.is_clean(as_name) then
    perform agora.fail('AG004', '/known_as', 'Say by which name you know this person.');
  elsif not_family is not true then
    perform agora.fail('AG004', '/not_family', 'Somebody of the family, or a partner, cannot vouch. Please decline.');
  elsif not_same_address is not true then
    perform agora.fail('AG004', '/not_same_address', 'Somebody who lives at the same address cannot vouch. Please decline.');
  elsif confirms is not true then
    perform agora.fail('AG004', '/confirms', 'Confirm that this is true, or decline.');
  elsif agora.member_level(v.voucher_id) < needed then
    perform agora.fail('AG003', null, 'To vouch here you must yourself be verified at level ' || needed || ' or above.');
  elsif agora.vouch_live(v.voucher_person) >= most then
    perform agora.fail('AG003', null, 'You have vouched for ' || most || ' people within a year, which is the most. Please decline.');
  end if;
end $$;
comment on function agora.vouch_answer_check is 'Refuses a vouch that breaks a rule of vouching, naming the field.';

create or replace function agora.vouch_give(viewer uuid, wanted uuid, how text, since date, as_name text,
    not_family boolean, not_same_address boolean, confirms boolean) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch := agora.vouch_lock(viewer, wanted, '{asked}');
begin
  perform agora.vouch_answer_check(v, how, since, as_name, not_family, not_same_address, confirms);
  if v.expires_at <= now() then
    perform agora.fail('AG003', null, 'The time to answer is over.');
  end if;
  update agora.vouch
     set state = 'given', answered_at = now(), relation = trim(how), known_since = since, known_as = trim(as_name),
         voucher_level = agora.member_level(viewer), version = version + 1,
         valid_until = now() + make_interval(months => agora.policy_int('vouch.validity_months')::integer)
   where id = wanted
  returning * into v;
  perform agora.vouch_check(v, 'passed', viewer, null);
  perform agora.audit(viewer, 'vouch.give', 'vouch', wanted,
    jsonb_build_object('case', v.case_id, 'level', v.voucher_level, 'check_method', agora.vouch_method(v)));
  if cardinality(agora.vouch_rings(v)) > 0 then
    perform agora.vouch_review_open(v, 'ring');
  end if;
  perform agora.vouch_settle(v, 'third_party_answer');
  return agora.vouch_json(v, 'voucher')::text;
end $$;
comment on function agora.vouch_give is 'A voucher vouches: how and since when they know the person, as which name, and that they are neither family nor of the same address.';

create or replace function agora.vouch_decline(viewer uuid, wanted uuid, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch := agora.vouch_lock(viewer, wanted, '{asked}');
begin
  update agora.vouch set state = 'declined', answered_at = now(), ended_at = now(), private_reason = nullif(trim(why), ''), version = version + 1
   where id = wanted
  returning * into v;
  perform agora.vouch_evidence_drop(v);
  perform agora.audit(viewer, 'vouch.decline', 'vouch', wanted, jsonb_build_object('case', v.case_id));
  perform agora.vouch_settle(v, 'third_party_answer');
  return agora.vouch_json(v, 'voucher')::text;
end $$;
comment on function agora.vouch_decline is 'A voucher declines; why, only verifiers read.';

create or replace function agora.vouch_withdraw(viewer uuid, wanted uuid, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch := agora.vouch_lock(viewer, wanted, '{given}');
begin
  update agora.vouch set state = 'withdrawn', ended_at = now(), private_reason = nullif(trim(why), ''), version = version + 1
   where id = wanted
  returning * into v;
  if agora.case_is_open((select c from agora.vcase c where c.id = v.case_id)) then
    perform agora.vouch_evidence_drop(v);
  end if;
  perform agora.audit(viewer, 'vouch.withdraw', 'vouch', wanted, jsonb_build_object('case', v.case_id));
  perform agora.vouch_review_open(v, 'withdrawn');
  perform agora.vouch_settle(v, 'third_party_answer');
  return agora.vouch_json(v, 'voucher')::text;
end $$;
comment on function agora.vouch_withdraw is 'A voucher takes their word back: it counts in no open case, and verifiers look at what rests on it.';

create or replace function agora.vouch_repeat(viewer uuid, wanted uuid) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch := agora.vouch_lock(viewer, wanted, '{given}');
  needed integer := (select level from agora.vcase where id = v.case_id);
begin
  if v.asked_again_at is null then
    perform agora.fail('AG003', null, 'You will be asked before it ends.');
  elsif agora.member_level(viewer) < needed then
    perform agora.fail('AG003', null, 'To say this again you must yourself be verified at level ' || needed || ' or above.');
  end if;
  update agora.vouch
     set asked_again_at = null, voucher_level = agora.member_level(viewer), version = version + 1,
         valid_until = now() + make_interval(months => agora.policy_int('vouch.validity_months')::integer)
   where id = wanted
  returning * into v;
  perform agora.audit(viewer, 'vouch.repeat', 'vouch', wanted, jsonb_build_object('case', v.case_id, 'level', v.voucher_level));
  return agora.vouch_json(v, 'voucher')::text;
end $$;
comment on function agora.vouch_repeat is 'A voucher who was asked says that it is still true.';

grant execute on function agora.vouch_give(uuid, uuid, text, date, text, boolean, boolean, boolean),
  agora.vouch_decline(uuid, uuid, text), agora.vouch_withdraw(uuid, uuid, text), agora.vouch_repeat(uuid, uuid) to agora_app;
