-- Rows of one kind taken and settled together, where the other side takes many at once.

create or replace function agora.outbox_claim_more(of_kind agora.outbox_kind, most integer, lease_seconds integer)
  returns table (id uuid, action text)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  -- As with a single claim: what a crash takes back is claimed again.
  perform set_config('synchronous_commit', 'off', true);
  return query
    with due as materialized (
      select d.* from agora.outbox d
       where d.kind = of_kind and d.state = 'waiting' and d.next_at <= now()
         and not exists (
           select from agora.outbox e
            where e.order_key = d.order_key and e.id < d.id and e.state in ('waiting', 'running'))
       order by d.next_at, d.id
       limit most for update skip locked),
    wanted as materialized (
      select w.id, agora.outbox_action(d) as what from due w join agora.outbox d on d.id = w.id),
    taken as (
      update agora.outbox u
         set state = case when w.what is null then 'superseded' else 'running' end::agora.outbox_state,
             attempts = u.attempts + 1,
             lease_until = case when w.what is not null then now() + make_interval(secs => lease_seconds) end,
             done_at = case when w.what is null then now() end
        from wanted w where u.id = w.id)
    select w.id, w.what::text from wanted w where w.what is not null order by w.id;
end $$;
comment on function agora.outbox_claim_more is
  'Takes further rows of a kind that are due, beside one that was claimed; what came to nothing is superseded. May hold uids: for the worker alone.';

create or replace function agora.outbox_settle_many(settled uuid[], outcome jsonb) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  -- As agora.contact_gone() of each: the contact first, then the row.
  with gone as (
    update agora.contact c set confirmed = false, changed_at = now()
      from agora.outbox o
     where o.id = any (settled) and o.kind = 'end'
       and c.introduction_id = (o.payload ->> 'introduction')::uuid and not c.wanted and c.confirmed
    returning c.introduction_id)
  insert into agora.audit_event (action, subject_kind, subject, detail)
  select 'contact.end', 'introduction', g.introduction_id,
         case when coalesce((outcome ->> 'told')::boolean, true) then '{}' else '{"server_told": false}' end::jsonb
    from gone g;
  update agora.outbox d set state = 'done', lease_until = null, last_error = null, result = outcome, done_at = now()
   where d.id = any (settled) and d.kind = 'end' and d.state <> 'done';
  perform agora.outbox_settle(d.id, outcome) from agora.outbox d where d.id = any (settled) and d.kind <> 'end';
end $$;
comment on function agora.outbox_settle_many is 'These rows have been carried out. Repeats change nothing.';

create or replace function agora.outbox_fail_many(failed uuid[], problem text) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  perform agora.outbox_fail(f.id, problem, false) from unnest(failed) f (id);
end $$;
comment on function agora.outbox_fail_many is 'A try has failed for all of these; they are tried again.';

grant execute on function agora.outbox_claim_more(agora.outbox_kind, integer, integer), agora.outbox_settle_many(uuid[], jsonb),
  agora.outbox_fail_many(uuid[], text) to agora_app;
