-- Standing: what a member may do, beside who they are. It rests on a register that confirmed the entry
-- lately, and on a decision that tied the entry to the person; never folded into the level.

create or replace function agora.standing_of(person uuid) returns jsonb
  -- In plpgsql, since its plan is kept: this runs for every card that is made.
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from agora.register_watch w where w.person_id = person and w.state = 'good') then
    return null; -- the cheap look first: few have one
  end if;
  return (
    select jsonb_build_object(
        'standing', 'good',
        'label', 'In good standing',
        'words', 'on the register (' || n.name || '), last confirmed ' || agora.day_words(w.passed_at),
        'register', n.name,
        'confirmed_at', agora.ts(w.passed_at))
      from agora.register_watch w
      join agora.connector n on n.id = w.connector_id and n.subject = 'professional'
     where w.person_id = person and w.state = 'good'
       and w.passed_at > now() - make_interval(days => agora.policy_int('standing.fresh_days')::integer)
       and exists (
         select from agora.evidence_watch l
           join agora.evidence e on e.id = l.evidence_id and e.removed_at is null
           join agora.verification v on v.case_id = e.case_id and v.person_id = person and v.state in ('active', 'superseded')
          where l.watch_id = w.id
            and v.verified_at > now() - make_interval(months => agora.policy_int('standing.months')::integer))
       and exists (select from agora.verification v
                    where v.person_id = person and v.state = 'active' and v.valid_until > now())
     order by w.passed_at desc
     limit 1);
end $$;
comment on function agora.standing_of is
  'Whether a person is in good standing now: {standing: good, label, words: on the register (X), last confirmed 2 June 2026, register, confirmed_at}; null when not. A professional register confirmed the entry within 31 days, and a decision of the last 36 months tied it to them.';

create or replace function agora.standing_by_clock() returns integer
  language plpgsql set search_path = '' as $$
declare
  before agora.register_watch;
  w agora.register_watch;
  n integer := 0;
begin
  for before in select o.* from agora.register_watch o
                  join agora.connector k on k.id = o.connector_id and k.subject in ('professional', 'membership')
                 where o.state = 'good'
                   and o.passed_at <= now() - make_interval(days => agora.policy_int('standing.fresh_days')::integer)
                 limit 100 for update of o skip locked loop
    update agora.register_watch set state = 'waiting', failing_since = now() where id = before.id returning * into w;
    perform agora.watch_follow(before, w);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.standing_by_clock is 'Ends the standing of those whose register has not answered for too long.';

grant execute on function agora.standing_of(uuid) to agora_app;
