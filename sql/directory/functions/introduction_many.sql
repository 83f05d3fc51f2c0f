-- Many introductions ended at once, by the service: the same as agora.introduction_finish() of each, told to
-- both, in one statement a table. A recall ends thousands.

create or replace function agora.introductions_finish(ids uuid[], reason text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.introduction
     set state = 'ended', ended_at = now(), ended_by = null, ended_for = reason, asker_sees_end = true, asked_sees_end = true
   where id = any (ids);
  with ended as materialized (
    select i.id, agora.contact_key(i.asker, i.asked) as key from agora.introduction i where i.id = any (ids)),
  known as (
    update agora.contact c set wanted = false, changed_at = now() where c.introduction_id = any (ids)
    returning c.introduction_id, c.confirmed),
  dropped as (
    update agora.outbox o set state = 'superseded', done_at = now()
      from ended e
     where o.order_key = e.key and o.state in ('waiting', 'failed') and o.kind in ('grant', 'tell')
    returning e.id, o.kind, o.attempts)
  -- A grant that was never tried leaves nothing to take back.
  insert into agora.outbox (kind, order_key, payload)
  select 'end', e.key, jsonb_build_object('introduction', e.id)
    from ended e
   where exists (select from known k where k.introduction_id = e.id and k.confirmed)
      or not exists (select from dropped d where d.id = e.id and d.kind = 'grant' and d.attempts = 0);
  perform pg_notify('agora_outbox', '');
  insert into agora.audit_event (action, subject_kind, subject, detail)
  select 'introduction.end', 'introduction', w.id, jsonb_build_object('reason', reason) from unnest(ids) w (id);
  perform agora.introduction_tell(i, true, true) from agora.introduction i where i.id = any (ids);
end $$;
comment on function agora.introductions_finish is
  'Ends these accepted introductions for the service and takes the permissions back from the TMTP server; both of each are told. The rows are locked.';
