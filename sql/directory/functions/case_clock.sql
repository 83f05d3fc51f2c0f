-- What happens to cases by the clock: reminders, and the ends of waiting. The keeper calls it; it does what
-- is due, a bounded number at a time, and may be called as often as one likes.

create or replace function agora.case_remind(most integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
  done integer := 0;
begin
  for c in select * from agora.vcase v where v.remind_at <= now() order by v.remind_at limit most for update skip locked loop
    update agora.vcase set remind_at = null, version = version + 1 where id = c.id;
    perform agora.case_notify(c, case c.state when 'needs_member' then 'asked_again' when 'needs_third_party' then 'third_party_again' end);
    perform agora.audit(null, 'case.remind', 'case', c.id, jsonb_build_object('state', c.state));
    done := done + 1;
  end loop;
  return done;
end $$;
comment on function agora.case_remind is 'Reminds whoever is waited for, once; gives how many.';

create or replace function agora.case_orphans(most integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
  done integer := 0;
begin
  for c in
    select * from agora.vcase v
     where v.state in ('in_review', 'referee_review', 'awaiting_second')
       and case v.state when 'awaiting_second' then v.second_by else v.assigned_to end
           not in (select a.id from agora.account a where a.state = 'active' and 'verifier' = any (a.roles))
     order by v.id limit most for update skip locked
  loop
    perform agora.case_step(c, 'release', null, 'system');
    done := done + 1;
  end loop;
  return done;
end $$;
comment on function agora.case_orphans is
  'Gives cases to others whose verifier, or second person, is a verifier no more or has left; gives how many.';

create or replace function agora.case_by_clock(most integer default 500) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  done integer := agora.case_remind(most);
begin
  for c in select * from agora.vcase v where v.wait_until <= now() order by v.wait_until limit most for update skip locked loop
    perform agora.case_step(c, case c.state
      when 'needs_member' then 'set_aside'
      when 'needs_third_party' then 'third_party_timeout'
      when 'session_booked' then 'lapse'
      when 'stale' then 'close' end, null, 'system');
    done := done + 1;
  end loop;
  for c in select * from agora.vcase v where v.state = 'overturned' order by v.id limit most for update skip locked loop
    perform agora.case_step(c, 'requeue', null, 'system');
    done := done + 1;
  end loop;
  done := done + agora.case_orphans(most);
  return done;
end $$;
comment on function agora.case_by_clock is
  'Reminds, sets aside, closes, goes on without a third party, lets sessions lapse that nobody chose a time for, and gives cases to other verifiers that were overturned or whose verifier is one no more; gives how many acts.';

grant execute on function agora.case_by_clock(integer) to agora_app;
