-- Checkpoints of the audit log, and its rows for auditors. A checkpoint is signed by the service, which has
-- the key; here it is only kept, so that the newest can be published.

create or replace function agora.audit_head() returns table (height bigint, head text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select e.seq, encode(e.hash, 'hex') from agora.audit_event e where e.seq is not null order by e.seq desc limit 1;
end $$;
comment on function agora.audit_head is 'Place and hash of the last row of the log; no row when it is empty.';

create or replace function agora.audit_checkpoint_due() returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select h.height is not null and coalesce(
        (c.at <= now() - make_interval(hours => agora.policy_int('audit.checkpoint_hours')::integer)) and c.height < h.height, true)
      from (select (select height from agora.audit_head()) as height) h
      left join lateral (select k.at, k.height from agora.audit_checkpoint k order by k.height desc limit 1) c on true);
end $$;
comment on function agora.audit_checkpoint_due is 'Whether it is time for a checkpoint: the last is old enough, and the log has grown since.';

create or replace function agora.audit_checkpoint_keep(height bigint, head text, jws text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.audit_checkpoint (height, head, jws) values (height, decode(head, 'hex'), jws)
  on conflict do nothing;
end $$;
comment on function agora.audit_checkpoint_keep is 'Keeps a signed checkpoint; the first of a height stays.';

create or replace function agora.audit_checkpoint_newest() returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('height', c.height, 'head', encode(c.head, 'hex'), 'at', agora.ts(c.at), 'checkpoint', c.jws)::text
      from agora.audit_checkpoint c order by c.height desc limit 1);
end $$;
comment on function agora.audit_checkpoint_newest is 'The newest checkpoint (schema AuditCheckpoint); no row when there is none yet.';

create or replace function agora.audit_page(viewer uuid, act text, who text, about uuid, since date, until date, most integer, cursor bigint)
  returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  body jsonb;
begin
  if not (agora.case_role(viewer, 'auditor') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only auditors and admins read the log.');
  end if;
  with found as (
    select e.* from agora.audit_event e
     where e.seq is not null and (cursor is null or e.seq < cursor)
       and (act is null or e.action = act or starts_with(e.action, act || '.'))
       and (who is null or e.actor = (select a.id from agora.account a where a.handle = who))
       and (about is null or e.subject = about)
       and (since is null or e.at >= since::timestamp at time zone 'UTC')
       and (until is null or e.at < (until + 1)::timestamp at time zone 'UTC')
     order by e.seq desc
     limit most + 1),
  page as (select * from found order by seq desc limit most)
  select jsonb_build_object(
      'items', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'seq', p.seq, 'at', agora.ts(p.at), 'actor', a.handle, 'action', p.action, 'subject_kind', p.subject_kind,
          'subject', p.subject, 'hash', encode(p.hash, 'hex'))) || jsonb_build_object('detail', p.detail) order by p.seq desc)
        from page p left join agora.account a on a.id = p.actor), '[]'))
    || case when (select count(*) from found) > most then jsonb_build_object('next', (select min(p.seq)::text from page p)) else '{}' end
    || case when exists (select from agora.audit_checkpoint) then jsonb_build_object('checkpoint', agora.audit_checkpoint_newest()::jsonb) else '{}' end
    into body;
  return body::text;
end $$;
comment on function agora.audit_page is
  'A page of the log, newest first (schema AuditPage). act: an action or its first words; who: handle; about: subject; since, until: days, UTC.';

grant execute on function agora.audit_head(), agora.audit_checkpoint_due(), agora.audit_checkpoint_keep(bigint, text, text),
  agora.audit_checkpoint_newest(), agora.audit_page(uuid, text, text, uuid, date, date, integer, bigint) to agora_app;
