-- What the worker does with a file that has come: takes it for a while, and stores the pictures of its
-- pages or the reason why there are none. The file as it came goes as soon as there are pictures.

create or replace function agora.evidence_take(lease_seconds integer)
  returns table (id uuid, attempt integer, octets bigint, master text, key_id uuid, bound_to uuid, wrapped text)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  b agora.evidence_blob;
begin
  select * into b from agora.evidence_blob o
   where o.state = 'received' and o.leaving_at is null and o.next_look <= now()
   order by o.next_look, o.id
   limit 1 for update skip locked;
  if not found then
    return;
  end if;
  update agora.evidence_blob u set attempts = u.attempts + 1, next_look = now() + make_interval(secs => lease_seconds)
   where u.id = b.id;
  return query
    select b.id, b.attempts + 1, b.octets, k.master, k.id, b.bound_to, encode(k.wrapped, 'hex')
      from agora.evidence_key k where k.blob_id = b.id;
end $$;
comment on function agora.evidence_take is 'Gives the oldest file that waits to be looked at to a worker, for so many seconds; no row when none waits.';

create or replace function agora.evidence_held_by(wanted uuid, try integer) returns agora.evidence_blob
  language plpgsql set search_path = '' as $$
declare
  b agora.evidence_blob;
begin
  select * into b from agora.evidence_blob where id = wanted and attempts = try and state = 'received' and leaving_at is null
     for update;
  if not found then
    perform agora.fail('AG003', null, 'Another one has this file now, or it is leaving.');
  end if;
  return b;
end $$;
comment on function agora.evidence_held_by is 'Locks a file for the worker that took it; refuses one that was too slow.';

create or replace function agora.evidence_page_add(wanted uuid, try integer, leaf integer, kind text, wide integer, high integer,
    length bigint) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.evidence_held_by(wanted, try);
  insert into agora.evidence_page (blob_id, page, media_type, width, height, octets) values (wanted, leaf, kind, wide, high, length);
end $$;
comment on function agora.evidence_page_add is 'Adds the picture of a page; its pieces follow in the same transaction.';

create or replace function agora.evidence_page_piece(wanted uuid, leaf integer, beginning bigint, length integer, sealed_piece bytea)
  returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.evidence_piece (blob_id, page, at_offset, octets, sealed)
  select wanted, p.page, beginning, length, sealed_piece from agora.evidence_page p where p.blob_id = wanted and p.page = leaf;
end $$;
comment on function agora.evidence_page_piece is 'Adds a piece of the picture of a page.';

create or replace function agora.evidence_tell(b agora.evidence_blob) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.event_add(e.account, 'case', c.id)
    from agora.vcase c
   cross join unnest(array[c.account_id, c.assigned_to]) e (account)
   where c.id = b.case_id and e.account is not null;
end $$;
comment on function agora.evidence_tell is 'Has the browsers of a case''s member and verifier look at its files again.';

create or replace function agora.evidence_ready(wanted uuid, try integer) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  b agora.evidence_blob := agora.evidence_held_by(wanted, try);
begin
  delete from agora.evidence_piece where blob_id = wanted and page = 0;
  update agora.evidence_blob set state = 'ready', touched_at = now() where id = wanted;
  perform agora.audit(null, 'evidence.ready', 'evidence_file', wanted, jsonb_build_object('case', b.case_id, 'pages',
    (select count(*) from agora.evidence_page p where p.blob_id = wanted)));
  perform agora.evidence_tell(b);
end $$;
comment on function agora.evidence_ready is 'Says that all pages are there; the file as it came is not kept.';

create or replace function agora.evidence_refuse(wanted uuid, try integer, sentence text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  b agora.evidence_blob := agora.evidence_held_by(wanted, try);
begin
  update agora.evidence_blob set state = 'refused', refusal = left(sentence, 500), leaving_at = now(), why = 'refused' where id = wanted;
  perform agora.audit(null, 'evidence.refuse', 'evidence_file', wanted, jsonb_build_object('case', b.case_id));
  perform agora.evidence_tell(b);
end $$;
comment on function agora.evidence_refuse is 'Refuses a file in words for its member; it is destroyed.';

create or replace function agora.evidence_later(wanted uuid, try integer) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.evidence_blob
     set next_look = now() + make_interval(secs => least(300, 5 * 2 ^ least(attempts, 6)))
   where id = wanted and attempts = try and state = 'received';
end $$;
comment on function agora.evidence_later is 'Puts a file back that could not be looked at through no fault of its own; waits longer each time, five minutes at most.';

grant execute on function agora.evidence_take(integer), agora.evidence_page_add(uuid, integer, integer, text, integer, integer, bigint),
  agora.evidence_page_piece(uuid, integer, bigint, integer, bytea), agora.evidence_ready(uuid, integer),
  agora.evidence_refuse(uuid, integer, text), agora.evidence_later(uuid, integer) to agora_app;
