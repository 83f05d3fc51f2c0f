-- The checker's side: claim what is due under a lease, act outside, settle. A worker that dies lets its
-- lease run out, and another looks once more.

create or replace function agora.check_claim(lease_seconds integer)
  returns table (id uuid, kind agora.connector_kind, settings text, target text, token text, handles text[], claims text)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  w agora.register_watch;
  t agora.connector_trial;
begin
  -- A lost claim is claimed again: no need to wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  select * into t from agora.connector_trial o
   where o.state = 'waiting' and coalesce(o.lease_until <= now(), true)
   order by o.created_at limit 1 for update skip locked;
  if found then
    update agora.connector_trial o set lease_until = now() + make_interval(secs => lease_seconds) where o.id = t.id;
    return query select t.id, n.kind, n.settings::text, t.target, '', '{}'::text[], t.claims::text
                   from agora.connector n where n.id = t.connector_id;
    return;
  end if;
  select o.* into w from agora.register_watch o
    join agora.connector n on n.id = o.connector_id and n.enabled and n.kind <> 'email_code'
   where o.next_at <= now() and o.ended_at is null and coalesce(o.lease_until <= now(), true)
   order by o.next_at, o.id limit 1 for update of o skip locked;
  if not found then
    return;
  end if;
  update agora.register_watch o set lease_until = now() + make_interval(secs => lease_seconds) where o.id = w.id;
  return query select w.id, n.kind, n.settings::text, w.target, w.token,
                      array(select a.handle from agora.account a where a.person_id = w.person_id and a.state = 'active' order by a.handle),
                      w.claims::text
                 from agora.connector n where n.id = w.connector_id;
end $$;
comment on function agora.check_claim is 'Takes what is to be looked at next, for so many seconds; no row when nothing is due. Trials of admins first.';

create or replace function agora.check_judge(settings jsonb, stated jsonb, found_name text, found_status text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when found_name is not null
         and not agora.whole_name_match(agora.name_key(stated ->> 'given_name'), agora.name_key(stated ->> 'family_name'),
                                        agora.name_key(found_name)) then 'failed'
    when exists (select from jsonb_array_elements_text(settings -> 'good') g
                  where agora.name_key(g) = agora.name_key(coalesce(found_status, ''))) then 'passed'
    else 'failed' end;
end $$;
comment on function agora.check_judge is 'Whether a register''s answer confirms what was stated: its name fits, and its status is one of those that count as good.';

create or replace function agora.check_settle(wanted uuid, outcome text, found_name text, found_status text, sentence text) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  w agora.register_watch;
  t agora.connector_trial;
  n agora.connector;
  came text := outcome;
begin
  select * into w from agora.register_watch where id = wanted for update;
  if not found then
    select * into t from agora.connector_trial where id = wanted and state = 'waiting' for update;
  end if;
  select * into n from agora.connector where id = coalesce(w.connector_id, t.connector_id);
  if n.id is null or w.ended_at is not null then
    return;
  end if;
  if outcome = 'answered' then
    came := agora.check_judge(n.settings, coalesce(w.claims, t.claims), found_name, found_status);
  elsif outcome = 'listed' then
    select r.result, r.status into came, found_status
      from agora.roster_compare(n.id, coalesce(w.target, t.target), coalesce(w.claims, t.claims)) r;
  end if;
  -- Once a second is enough to show; the row is not to be what all wait for.
  update agora.connector k
     set last_run_at = now(), last_ok_at = case when came = 'away' then k.last_ok_at else now() end,
         last_problem = case when came = 'away' then left(sentence, 500) end
   where k.id = n.id
     and (k.last_run_at is null or k.last_run_at < now() - interval '1 second' or (came = 'away') <> (k.last_problem is not null));
  if t.id is not null then
    update agora.connector_trial set state = 'done', lease_until = null,
      result = jsonb_strip_nulls(jsonb_build_object('result', came, 'name', found_name, 'status', found_status, 'problem', sentence))
     where id = wanted;
    perform agora.event_add(o.by, 'connector', n.id) from agora.connector_trial o where o.id = wanted;
  elsif came = 'away' then
    perform agora.watch_away(w, sentence);
  else
    w := agora.watch_settle(w, came, case when came = 'passed' then found_status end, sentence);
    if came = 'passed' then
      perform agora.checks_attach_open(w);
    end if;
  end if;
end $$;
comment on function agora.check_settle is
  'What a look came to. outcome: passed, failed, cannot_tell; answered: judge the name and status that a register gave; listed: compare with the list in force; away: there was no answer. Repeats change nothing that matters.';

create or replace function agora.check_wait() returns integer
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select greatest(0, least(15000, coalesce(ceil(extract(epoch from min(s.due) - now()) * 1000), 15000)))::integer
      from (select min(greatest(w.next_at, coalesce(w.lease_until, w.next_at))) as due
              from agora.register_watch w join agora.connector n on n.id = w.connector_id and n.enabled and n.kind <> 'email_code'
             where w.next_at < now() + interval '20 seconds' and w.ended_at is null
            union all
            select min(coalesce(t.lease_until, t.created_at)) from agora.connector_trial t where t.state = 'waiting'
            union all
            select min(coalesce(i.lease_until, i.created_at)) from agora.roster_import i where i.state = 'waiting' and i.file is not null) s);
end $$;
comment on function agora.check_wait is 'Milliseconds until something is to be looked at or read, at most 15,000.';

create or replace function agora.checks_by_clock() returns integer
  language plpgsql volatile security definer set search_path = '' as $$
begin
  return agora.domain_by_clock() + agora.standing_by_clock();
end $$;
comment on function agora.checks_by_clock is 'What becomes of proofs and standing by time alone; tells how many rows, 100 of a kind at most.';

grant execute on function agora.check_claim(integer), agora.check_settle(uuid, text, text, text, text), agora.check_wait(),
  agora.checks_by_clock() to agora_app;
