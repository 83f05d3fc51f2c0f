-- Sending a file: it is announced with its length, its parts come one after the other, each at the offset
-- where the last one ended, and the last one hands it over to be looked at.

create or replace function agora.evidence_begin(viewer uuid, wanted uuid, item uuid, shown text, length bigint, key uuid,
    by_master text, wrapped_key bytea) returns table (body text, file uuid)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, '*', 'member');
  b agora.evidence_blob;
  most bigint := agora.policy_int('evidence.files');
begin
  perform agora.case_must_be(c, '{draft,needs_member}');
  if not exists (select from agora.evidence e where e.id = item and e.case_id = wanted and e.removed_at is null) then
    perform agora.fail('AG004', '/evidence', 'This is no evidence of this request.');
  end if;
  if length not between 1 and agora.policy_int('evidence.octets') then
    perform agora.fail('AG004', '/length', 'A file has at most '
      || round(agora.policy_int('evidence.octets') / 1048576.0, 1) || ' MiB, and at least one octet.');
  end if;
  if (select count(*) from agora.evidence_blob o where o.case_id = wanted and o.leaving_at is null) >= most then
    perform agora.fail('AG003', null, 'A request has at most ' || most || ' files. Remove one first.');
  end if;
  insert into agora.evidence_blob (case_id, evidence_id, bound_to, account_id, key_id, shown_name, octets)
  values (wanted, item, item, viewer, key, shown, length)
  returning * into b;
  insert into agora.evidence_key (id, blob_id, master, wrapped) values (key, b.id, by_master, wrapped_key);
  perform agora.audit(viewer, 'evidence.begin', 'evidence_file', b.id,
    jsonb_build_object('case', wanted, 'evidence', item, 'octets', length, 'key', key));
  return query select agora.evidence_file_json(b, c, 'member')::text, b.id;
end $$;
comment on function agora.evidence_begin is 'Announces a file of a piece of evidence, with its wrapped key; nothing of it has come yet.';

create or replace function agora.evidence_lock(viewer uuid, wanted uuid) returns agora.evidence_blob
  language plpgsql set search_path = '' as $$
declare
  b agora.evidence_blob;
begin
  select * into b from agora.evidence_blob where id = wanted for update;
  if b.account_id is distinct from viewer or b.leaving_at is not null or not agora.is_active(viewer) then
    perform agora.fail('AG001');
  end if;
  return b;
end $$;
comment on function agora.evidence_lock is 'Locks a file for an act of the member who sends it.';

create or replace function agora.evidence_expects(viewer uuid, wanted uuid)
  returns table (received bigint, octets bigint, master text, key_id uuid, bound_to uuid, wrapped text)
  language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  if not agora.is_active(viewer) then
    perform agora.fail('AG001');
  end if;
  return query
    select b.received, b.octets, k.master, k.id, b.bound_to, encode(k.wrapped, 'hex')
      from agora.evidence_blob b join agora.evidence_key k on k.blob_id = b.id
     where b.id = wanted and b.account_id = viewer and b.leaving_at is null;
  if not found then
    perform agora.fail('AG001');
  end if;
end $$;
comment on function agora.evidence_expects is 'Where the next part of a file begins, and what seals it.';

create or replace function agora.evidence_part(viewer uuid, wanted uuid, beginning bigint, length integer, sealed_part bytea)
  returns table (received bigint, octets bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  b agora.evidence_blob := agora.evidence_lock(viewer, wanted);
  c agora.vcase;
begin
  select * into c from agora.vcase where id = b.case_id;
  perform agora.case_must_be(c, '{draft,needs_member}');
  if b.state <> 'receiving' or b.received <> beginning then
    perform agora.fail('AG003', null, 'The next part begins at ' || b.received || '.');
  end if;
  if beginning + length > b.octets then
    perform agora.fail('AG004', '', 'The file is longer than was announced.');
  end if;
  insert into agora.evidence_piece (blob_id, page, at_offset, octets, sealed) values (wanted, 0, beginning, length, sealed_part);
  update agora.evidence_blob u
     set received = beginning + length, touched_at = now(), next_look = now(),
         state = case when beginning + length = b.octets then 'received' else 'receiving' end::agora.blob_state
   where u.id = wanted
  returning * into b;
  if b.state = 'received' then
    perform agora.audit(viewer, 'evidence.received', 'evidence_file', wanted, jsonb_build_object('case', b.case_id));
    perform pg_notify('agora_evidence', '');
  end if;
  return query select b.received, b.octets;
end $$;
comment on function agora.evidence_part is 'Takes the next part of a file, sealed; the last one hands the file over to be looked at.';

create or replace function agora.evidence_remove(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  b agora.evidence_blob := agora.evidence_lock(viewer, wanted);
  c agora.vcase;
begin
  select * into c from agora.vcase where id = b.case_id;
  perform agora.case_must_be(c, '{draft,needs_member}');
  update agora.evidence_blob set leaving_at = now(), why = 'removed' where id = wanted;
  perform agora.audit(viewer, 'evidence.remove', 'evidence_file', wanted, jsonb_build_object('case', b.case_id));
end $$;
comment on function agora.evidence_remove is 'Takes a file back: nobody sees it from now on, and it is destroyed.';

create or replace function agora.evidence_choose(viewer uuid, wanted uuid, only_look boolean) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, '*', 'member');
begin
  if c.decided_at is not null or c.state::text in ('withdrawn', 'closed_stale') then
    perform agora.case_must_be(c, '{}');
  end if;
  insert into agora.evidence_choice (case_id, look_only) values (wanted, only_look)
  on conflict (case_id) do update set look_only = excluded.look_only;
  perform agora.audit(viewer, 'evidence.choose', 'case', wanted, jsonb_build_object('look_only', only_look));
  return agora.evidence_list(viewer, wanted);
end $$;
comment on function agora.evidence_choose is 'The member''s choice of how long files are kept; the organisation''s policy can be stricter, never laxer.';

grant execute on function agora.evidence_begin(uuid, uuid, uuid, text, bigint, uuid, text, bytea), agora.evidence_expects(uuid, uuid),
  agora.evidence_part(uuid, uuid, bigint, integer, bytea), agora.evidence_remove(uuid, uuid),
  agora.evidence_choose(uuid, uuid, boolean) to agora_app;
