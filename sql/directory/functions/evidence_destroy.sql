-- Destroying files: the clock says which are to leave; the worker writes their ids into the erasure
-- journal, outside the database, and only then deletes their keys. After a restore the journal does it again.

create or replace function agora.evidence_by_clock() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  n bigint;
begin
  with found as (
    select b.id, d.reason
      from agora.evidence_blob b
      join agora.vcase c on c.id = b.case_id
     cross join lateral agora.evidence_due(b, c) d
     where b.leaving_at is null and d.due <= now() and not agora.evidence_held(c.id)
     limit 1000)
  update agora.evidence_blob u set leaving_at = now(), why = f.reason
    from found f
   where u.id = f.id and u.leaving_at is null;
  get diagnostics n = row_count;
  return n;
end $$;
comment on function agora.evidence_by_clock is 'Marks the files whose time has come as leaving, at most 1,000; gives how many. A legal hold keeps them.';

create or replace function agora.evidence_leaving(most integer) returns setof uuid
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select b.id
    from agora.evidence_blob b
   where b.leaving_at is not null and b.destroyed_at is null and not agora.evidence_held(b.case_id)
   order by b.leaving_at, b.id
   limit most;
end $$;
comment on function agora.evidence_leaving is 'Files that are to be destroyed.';

create or replace function agora.evidence_destroy(files uuid[]) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  b agora.evidence_blob;
  n bigint := 0;
begin
  for b in select * from agora.evidence_blob where id = any (files) and destroyed_at is null order by id for update loop
    delete from agora.evidence_key where blob_id = b.id;
    delete from agora.evidence_piece where blob_id = b.id;
    delete from agora.evidence_page where blob_id = b.id;
    update agora.evidence_blob
       set leaving_at = coalesce(leaving_at, now()), why = coalesce(why, 'restored'), shown_name = null, destroyed_at = now()
     where id = b.id;
    perform agora.audit(null, 'evidence.destroy', 'evidence_file', b.id,
      jsonb_build_object('case', b.case_id, 'key', b.key_id, 'why', coalesce(b.why, 'restored')));
    perform agora.evidence_tell(b);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.evidence_destroy is
  'Destroys the keys of these files, and what they opened; gives how many there were. Their ids must be in the erasure journal before.';

create or replace function agora.evidence_wrapped(newest text, after uuid)
  returns table (id uuid, master text, bound_to uuid, wrapped text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select k.id, k.master, b.bound_to, encode(k.wrapped, 'hex')
    from agora.evidence_key k join agora.evidence_blob b on b.id = k.blob_id
   where k.master <> newest and k.id > after
   order by k.id
   limit 500;
end $$;
comment on function agora.evidence_wrapped is 'Keys that another master key than the newest wraps, 500 at a time.';

create or replace function agora.evidence_rewrap(key uuid, before text, newest text, rewrapped bytea) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  update agora.evidence_key set master = newest, wrapped = rewrapped where id = key and master = before;
end $$;
comment on function agora.evidence_rewrap is 'Takes a key as the newest master key wraps it.';

grant execute on function agora.evidence_by_clock(), agora.evidence_leaving(integer), agora.evidence_destroy(uuid[]),
  agora.evidence_wrapped(text, uuid), agora.evidence_rewrap(uuid, text, text, bytea) to agora_app;
