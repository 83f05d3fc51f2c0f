-- The outbox as the worker uses it: claim a row under a lease, act, settle. A row whose lease ran out is
-- claimed again, so that a worker may die at any point.

create or replace function agora.outbox_claim(kinds agora.outbox_kind[], lease_seconds integer)
  returns table (id uuid, kind agora.outbox_kind, attempts integer, action text)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  o agora.outbox;
  what jsonb;
begin
  -- A lost claim is claimed again: no need to wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  loop
    -- The oldest of each kind, by the index of its kind: e-mail does not look through thousands of ends.
    select w.* into o
      from unnest(kinds) k (kind)
     cross join lateral (
       select * from agora.outbox d
        where d.kind = k.kind and d.state in ('waiting', 'running')
          and (d.state = 'waiting' and d.next_at <= now() or d.state = 'running' and d.lease_until <= now())
          and not exists (
            select from agora.outbox e
             where e.order_key = d.order_key and e.id < d.id and e.state in ('waiting', 'running'))
        order by d.next_at, d.id
        limit 1 for update skip locked) w
     order by w.next_at, w.id
     limit 1;
    if not found then
      return;
    end if;
    what := agora.outbox_action(o);
    exit when what is not null;
    update agora.outbox u set state = 'superseded', lease_until = null, done_at = now() where u.id = o.id;
  end loop;
  update agora.outbox u
     set state = 'running', attempts = u.attempts + 1, lease_until = now() + make_interval(secs => lease_seconds)
   where u.id = o.id;
  return query select o.id, o.kind, o.attempts + 1, what::text;
end $$;
comment on function agora.outbox_claim is
  'Takes the oldest row that is due, of these kinds, for so many seconds, with what the action needs; no row when nothing is due. Rows that came to nothing meanwhile are superseded on the way.';

create or replace function agora.outbox_action(o agora.outbox) returns jsonb
  language plpgsql volatile set search_path = '' as $$
begin
  return case o.kind
    when 'mail' then case when o.payload ? 'saved_search' then agora.saved_mail(o.payload) else o.payload end
    when 'grant' then agora.grant_action((o.payload ->> 'introduction')::uuid)
    when 'tell' then agora.tell_action((o.payload ->> 'introduction')::uuid)
    when 'end' then agora.end_action((o.payload ->> 'introduction')::uuid)
    when 'suspend' then agora.suspend_action(o.payload)
  end;
end $$;
comment on function agora.outbox_action is 'What the worker needs to carry a row out, read at the last moment; null when there is nothing left to do. May hold uids: for the worker alone.';

create or replace function agora.outbox_wait(kinds agora.outbox_kind[]) returns integer
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select greatest(0, least(15000, ceil(extract(epoch from
        min(case d.state when 'running' then d.lease_until else d.next_at end) - now()) * 1000)))::integer
      from agora.outbox d
     where d.kind = any (kinds) and d.state in ('waiting', 'running') and d.next_at < 'infinity');
end $$;
comment on function agora.outbox_wait is 'Milliseconds until a row of these kinds is due, at most 15,000; null when none waits.';

create or replace function agora.outbox_keep(wanted uuid, lease_seconds integer) returns boolean
  language plpgsql volatile security definer set search_path = '' as $$
begin
  -- As with a claim: what a crash takes back is claimed again.
  perform set_config('synchronous_commit', 'off', true);
  update agora.outbox u set lease_until = now() + make_interval(secs => lease_seconds)
   where u.id = wanted and u.state = 'running';
  return found;
end $$;
comment on function agora.outbox_keep is 'Keeps a row that was claimed for so many seconds more; false when it was settled or put back meanwhile, so that it must be left alone.';

create or replace function agora.outbox_settle(wanted uuid, outcome jsonb) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  o agora.outbox;
begin
  select * into o from agora.outbox d where d.id = wanted;
  -- The introduction first, then the row: in the order in which the members' own acts lock them.
  if o.kind = 'grant' then
    perform agora.contact_done((o.payload ->> 'introduction')::uuid);
  elsif o.kind = 'end' then
    perform agora.contact_gone((o.payload ->> 'introduction')::uuid, coalesce((outcome ->> 'told')::boolean, true));
  end if;
  update agora.outbox d
     set state = 'done', lease_until = null, last_error = null, result = outcome, done_at = now(),
         payload = case d.kind when 'mail' then d.payload - 'text' - 'html' else d.payload end
   where d.id = wanted and d.state <> 'done';
end $$;
comment on function agora.outbox_settle is 'A row has been carried out. Repeats change nothing. The words of an e-mail, which may hold a code, are not kept.';

create or replace function agora.outbox_delay(kind agora.outbox_kind, attempts integer) returns interval
  language plpgsql volatile set search_path = '' as $$
begin
  return make_interval(secs => least(case kind when 'mail' then 3600 else 60 end, power(2, least(attempts, 20) - 1))
                               * (0.75 + random() / 2));
end $$;
comment on function agora.outbox_delay is 'How long to wait after so many failures: 1 s, 2 s, 4 s … up to an hour for e-mail and a minute for the TMTP server, a quarter more or less.';

create or replace function agora.outbox_fail(wanted uuid, problem text, permanent boolean) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  o agora.outbox;
  gives_up boolean;
begin
  select * into o from agora.outbox d where d.id = wanted;
  gives_up := permanent or o.kind = 'mail' and o.attempts >= agora.policy_int('outbox.mail_attempts');
  if gives_up and o.kind = 'grant' then
    perform agora.contact_failed((o.payload ->> 'introduction')::uuid);
  end if;
  update agora.outbox d
     set state = case when gives_up then 'failed' else 'waiting' end::agora.outbox_state,
         lease_until = null, last_error = left(problem, 1000),
         next_at = now() + agora.outbox_delay(d.kind, d.attempts)
   where d.id = wanted and d.state = 'running';
end $$;
comment on function agora.outbox_fail is
  'A try has failed: tried again later, or given up when the other side refuses for good (an e-mail also after many tries). The admin sees the problem; it must hold no uid.';

create or replace function agora.outbox_wake() returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  update agora.outbox d set next_at = now()
   where d.kind <> 'mail' and d.state = 'waiting' and d.attempts > 0 and d.next_at > now() and d.next_at < 'infinity';
  if found then
    perform pg_notify('agora_outbox', '');
  end if;
end $$;
comment on function agora.outbox_wake is 'The TMTP server is back: what waits for it is tried again now.';

create or replace function agora.outbox_list(wanted text, most integer, cursor text) returns text
  language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  page uuid[];
begin
  if cursor !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    perform agora.fail('AG004', '/cursor', 'This cursor was not given out here.');
  end if;
  page := array(
    select o.id from agora.outbox o
     where (o.state = 'failed' and wanted = 'failed' or o.state in ('waiting', 'running') and wanted = 'waiting')
       and (cursor is null or o.id > cursor::uuid)
     order by o.id limit most + 1);
  return jsonb_strip_nulls(jsonb_build_object(
    'items', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', o.id, 'kind', o.kind, 'state', o.state, 'attempts', o.attempts, 'last_error', o.last_error,
        'created_at', agora.ts(o.created_at),
        -- What waits for a member to register has no time: shown as of its making.
        'next_at', agora.ts(case when o.next_at < 'infinity' then o.next_at else o.created_at end))) order by o.id)
      from agora.outbox o where o.id = any (page[:most])), '[]'),
    'next', case when cardinality(page) > most then page[most] end))::text;
end $$;
comment on function agora.outbox_list is 'A page of rows that wait or failed, oldest first, without what is in them (schema OutboxList).';

create or replace function agora.outbox_retry(viewer uuid, wanted uuid) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  o agora.outbox;
begin
  select * into o from agora.outbox d where d.id = wanted;
  if not found then
    perform agora.fail('AG001');
  end if;
  if o.kind = 'grant' then
    update agora.introduction i set state = 'granting'
     where i.id = (o.payload ->> 'introduction')::uuid and i.state = 'grant_failed';
    if found then
      perform agora.introduction_tell(i, true, true) from agora.introduction i where i.id = (o.payload ->> 'introduction')::uuid;
    end if;
  end if;
  update agora.outbox d set state = 'waiting', attempts = 0, next_at = now()
   where d.id = wanted and (d.state = 'failed' or d.state = 'waiting' and d.next_at < 'infinity');
  if not found then
    perform agora.fail('AG003', null, 'This is not waiting to be tried again.');
  end if;
  perform pg_notify('agora_outbox', '');
  perform agora.audit(viewer, 'outbox.retry', 'outbox', wanted);
end $$;
comment on function agora.outbox_retry is 'Tries a row again now that failed or waits for its next try.';

create or replace function agora.outbox_prune() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  n bigint;
begin
  with gone as (
    delete from agora.outbox o
     where o.state in ('done', 'superseded') and o.done_at < now() - agora.policy_days('outbox.keep_days')
    returning 1)
  select count(*) into n from gone;
  return n;
end $$;
comment on function agora.outbox_prune is 'Forgets what was done long ago; how many rows.';

grant execute on function
  agora.outbox_claim(agora.outbox_kind[], integer), agora.outbox_wait(agora.outbox_kind[]),
  agora.outbox_keep(uuid, integer),
  agora.outbox_settle(uuid, jsonb), agora.outbox_fail(uuid, text, boolean), agora.outbox_wake(),
  agora.outbox_list(text, integer, text), agora.outbox_retry(uuid, uuid), agora.outbox_prune() to agora_app;
