-- What a browser missed. Events carry ids only, and are kept for a day.

create or replace function agora.event_replay(viewer uuid, after_id bigint) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  missed bigint;
  -- What is this young may have been written, or committed, between the browser's last look and now.
  young timestamptz := now() - interval '10 seconds';
  oldest bigint;
  newest bigint;
begin
  select min(e.id), max(e.id) into oldest, newest from agora.event e;
  select count(*) into missed from (
    select from agora.event e where e.account_id = viewer and (e.id > after_id or e.at > young) limit 1001) m;
  -- Too much, or too long ago to know: the browser reads everything again.
  if missed > 1000 or after_id + 1 < oldest or after_id > coalesce(newest, 0) then
    return format(E'id: %s\nevent: reset\ndata: {}\n\n', coalesce(newest, 0));
  end if;
  return (select string_agg(format(E'id: %s\nevent: %s\ndata: %s\n\n', e.id, e.kind, agora.event_json(e)), '' order by e.id)
            from agora.event e where e.account_id = viewer and (e.id > after_id or e.at > young));
end $$;
comment on function agora.event_replay is
  'Events of an account after the one it saw last (null: it has just begun) and those of the last seconds, as event-stream text; a single `reset` when there are more than 1,000 or they are forgotten; null when there are none. A browser may get one twice: it looks twice.';

create or replace function agora.event_json(e agora.event) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object('id', e.id, 'kind', e.kind, 'ref', e.ref))::text;
end $$;
comment on function agora.event_json is 'An event as the stream has it.';

create or replace function agora.event_after(after_id bigint) returns table (id bigint, account_id uuid, kind text, data text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select e.id, e.account_id, e.kind, agora.event_json(e) from agora.event e
   where e.id > after_id order by e.id limit 10000;
end $$;
comment on function agora.event_after is 'Events of all accounts, for a process whose connection for notifications was lost for a while.';

create or replace function agora.event_newest() returns bigint
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select coalesce(max(e.id), 0) from agora.event e);
end $$;
comment on function agora.event_newest is 'The latest event there is.';

create or replace function agora.event_prune() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  n bigint;
begin
  with gone as (
    delete from agora.event e where e.at < now() - interval '1 day' returning 1)
  select count(*) into n from gone;
  return n;
end $$;
comment on function agora.event_prune is 'Forgets events older than a day; how many.';

grant execute on function agora.event_replay(uuid, bigint), agora.event_after(bigint), agora.event_newest(), agora.event_prune() to agora_app;
