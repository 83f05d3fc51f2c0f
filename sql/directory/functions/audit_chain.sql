-- The audit log read back: as rows for people, as the text that was hashed for whoever checks the chain,
-- and checked as a whole.

-- In PL/pgSQL its plan is kept: a transaction that ends thousands of contacts seals as many rows.
create or replace function agora.audit_hash(e agora.audit_event) returns bytea
  language plpgsql stable set search_path = '' as $$
begin
  return sha256(convert_to(jsonb_build_array(
    e.seq, e.id, agora.ts(e.at), extract(epoch from e.at)::text, e.actor, e.action, e.subject_kind, e.subject, e.detail,
    encode(e.previous_hash, 'hex'))::text, 'UTF8'));
end $$;

create or replace function agora.audit_verify() returns table (checked bigint, broken bigint, fault text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with chain as (
    select e.seq,
           e.seq - lag(e.seq, 1, 0::bigint) over w = 1 as next,
           e.previous_hash is not distinct from lag(e.hash, 1, ''::bytea) over w as follows,
           e.hash is not distinct from agora.audit_hash(e) as intact
      from agora.audit_event e
     where e.seq is not null
    window w as (order by e.seq)),
  fault as (
    select c.seq, case when not c.next then 'missing' when not c.follows then 'reordered' else 'changed' end as what
      from chain c
     where not (c.next and c.follows and c.intact)
    union all
    select (select count(*) + 1 from chain), 'unsealed' where agora.audit_unsealed() > 0)
  select (select count(*) from chain), f.seq, f.what
    from (select 1) always
    left join (select seq, what from fault order by seq limit 1) f on true;
end $$;
comment on function agora.audit_verify is
  'Checks the whole chain: how many rows, and the first at fault with what is wrong. missing: rows before it were taken out; reordered: another row stands before it than when it was written; changed: it is not what it was; unsealed: a row never got its place. Nulls when it is whole.';

create or replace function agora.audit_unsealed() returns bigint
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from agora.audit_event where seq is null);
end $$;
comment on function agora.audit_unsealed is 'How many committed rows have no place in the chain: none, unless the trigger was taken off.';

create or replace function agora.audit_rows(after bigint, most integer)
  returns table (seq bigint, hashed text, previous_hash text, hash text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select e.seq,
         array_to_string(array[
           e.seq::text, to_jsonb(e.id)::text, to_jsonb(agora.ts(e.at))::text, to_jsonb(extract(epoch from e.at)::text)::text,
           coalesce(to_jsonb(e.actor)::text, 'null'), to_jsonb(e.action)::text, to_jsonb(e.subject_kind)::text,
           coalesce(to_jsonb(e.subject)::text, 'null'), e.detail::text], ', '),
         encode(e.previous_hash, 'hex'), encode(e.hash, 'hex')
    from agora.audit_event e
   where e.seq > after
   order by e.seq
   limit most;
end $$;
comment on function agora.audit_rows is
  'The rows of the log after a place in the chain, each as the text that was hashed but for the hash before it: for a check outside the database.';

create or replace function agora.audit_list(most integer) returns table (line text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select to_char(r.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '  ' || lpad(coalesce(r.seq::text, '-'), 8)
         || '  ' || rpad(coalesce(a.handle, r.actor::text, 'system'), 20) || '  ' || rpad(r.action, 24) || '  '
         || r.subject_kind || coalesce(' ' || r.subject, '') || case when r.detail = '{}' then '' else '  ' || r.detail::text end
    from (select * from agora.audit_event e order by e.seq desc nulls first limit most) r
    left join agora.account a on a.id = r.actor
   order by r.seq nulls last;
end $$;
comment on function agora.audit_list is 'The latest rows of the log, oldest first, as lines for people.';

grant execute on function agora.audit_verify(), agora.audit_unsealed(), agora.audit_rows(bigint, integer), agora.audit_list(integer) to agora_app;
