-- The last small functions of migrations, in plpgsql, whose plans are kept
-- (docs/decisions/0090-plans-that-are-kept.md); and one that is made anew with another parameter.

create or replace function agora.new_id() returns uuid
  language plpgsql volatile set search_path = '' as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
              placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
              from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid;
end $$;

create or replace function agora.is_active(who uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.account where id = who and state = 'active');
end $$;

create or replace function agora.audit(actor uuid, action text, subject_kind text, subject uuid, detail jsonb default '{}') returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.audit_event (actor, action, subject_kind, subject, detail)
  values (actor, action, subject_kind, subject, detail);
end $$;

create or replace function agora.case_reference() returns text
  language plpgsql volatile set search_path = '' as $$
begin
  return (
    select 'V-' || string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(r.octets, i) % 30, 1)
                              || case when i = 3 then '-' else '' end, '' order by i)
      from (select sha256(uuid_send(gen_random_uuid())) as octets) r
     cross join generate_series(0, 7) i);
end $$;

create or replace function agora.person_key_want(wanted uuid, kind text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.person_key_due (source, source_kind) values (wanted, kind)
  on conflict (source) do update set changed = person_key_due.changed + 1;
end $$;

drop function if exists agora.search_reasons(agora.tier, tsquery[], text[], uuid);
