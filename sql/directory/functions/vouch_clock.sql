-- What is due for vouches by the clock: reminders, answers that did not come, "still true?", and lapse.

create or replace function agora.vouch_due(wanted uuid, allowed agora.vouch_state) returns agora.vouch
  language plpgsql set search_path = '' as $$
declare
  v agora.vouch;
begin
  select * into v from agora.vouch where id = wanted;
  perform from agora.vcase where id = v.case_id for update skip locked;
  if not found then
    return null;
  end if;
  select * into v from agora.vouch where id = wanted and state = allowed for update;
  return v;
end $$;
comment on function agora.vouch_due is 'Locks a vouch that is due, with its case; null when somebody else is at it, or it has changed.';

create or replace function agora.vouch_time_out() returns bigint
  language plpgsql set search_path = '' as $$
declare
  one uuid;
  v agora.vouch;
  n bigint := 0;
begin
  for one in select id from agora.vouch where state = 'asked' and expires_at <= now() order by expires_at limit 100 loop
    v := agora.vouch_due(one, 'asked');
    continue when v.id is null;
    update agora.vouch set state = 'unanswered', ended_at = now(), version = version + 1 where id = one;
    perform agora.vouch_evidence_drop(v);
    perform agora.audit(null, 'vouch.unanswered', 'vouch', one, jsonb_build_object('case', v.case_id));
    perform agora.vouch_settle(v, 'third_party_timeout');
    perform agora.event_add(v.voucher_id, 'vouch', one);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.vouch_time_out is 'Waits no longer for vouchers whose time is over.';

create or replace function agora.vouch_remind() returns bigint
  language plpgsql set search_path = '' as $$
declare
  v agora.vouch;
  n bigint := 0;
begin
  for v in update agora.vouch set reminded = true, version = version + 1
            where id = any (array(
              select id from agora.vouch
               where state = 'asked' and not reminded and expires_at > now()
                 and asked_at <= now() - make_interval(days => agora.policy_int('vouch.remind_days')::integer)
               order by asked_at limit 100 for update skip locked))
           returning * loop
    perform agora.redress_mail(v.voucher_id, 'You have not answered yet',
      'Another member asked you to confirm who they are. Please answer by ' || agora.day_words(v.expires_at)
      || ', or decline: they are not told why.', 'Vouch requests');
    n := n + 1;
  end loop;
  for v in update agora.vouch set asked_again_at = now(), version = version + 1
            where id = any (array(
              select o.id from agora.vouch o
               where o.state = 'given' and o.asked_again_at is null
                 and o.valid_until <= now() + make_interval(days => agora.policy_int('vouch.ask_again_days')::integer)
               order by o.valid_until limit 100 for update skip locked))
           returning * loop
    perform agora.redress_mail(v.voucher_id, 'Is it still true?',
      'You vouched for another member. Your word holds until ' || agora.day_words(v.valid_until)
      || '. Please say whether it is still true.', 'Vouch requests');
    perform agora.event_add(v.voucher_id, 'vouch', v.id);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.vouch_remind is 'Reminds vouchers who have not answered, and asks those whose vouch ends soon whether it is still true.';

create or replace function agora.vouch_lapse() returns bigint
  language plpgsql set search_path = '' as $$
declare
  one uuid;
  v agora.vouch;
  n bigint := 0;
begin
  for one in select id from agora.vouch where state = 'given' and valid_until <= now() order by valid_until limit 100 loop
    v := agora.vouch_due(one, 'given');
    continue when v.id is null;
    update agora.vouch set state = 'lapsed', ended_at = now(), version = version + 1 where id = one;
    if agora.case_is_open((select c from agora.vcase c where c.id = v.case_id)) then
      perform agora.vouch_evidence_drop(v);
      perform agora.vouch_settle(v, 'third_party_answer');
    end if;
    perform agora.audit(null, 'vouch.lapse', 'vouch', one, jsonb_build_object('case', v.case_id));
    perform agora.vouch_review_open(v, 'lapsed');
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.vouch_lapse is 'Ends vouches that were not said again, and tells verifiers.';

create or replace function agora.vouch_by_clock() returns bigint
  language plpgsql security definer set search_path = '' as $$
begin
  return agora.vouch_time_out() + agora.vouch_remind() + agora.vouch_lapse();
end $$;
comment on function agora.vouch_by_clock is 'All that is due for vouches, at most 100 of each; answers how many were done.';

grant execute on function agora.vouch_by_clock() to agora_app;
