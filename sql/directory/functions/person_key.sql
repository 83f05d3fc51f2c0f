-- Keyed hashes by which a person is found again: what is hashed, in one normal form, and where the hashes
-- go. The hashing itself is the service's, which alone has the key: no key ever comes here, nor into the
-- log of statements.

create or replace function agora.person_key_material(wanted uuid, source_kind text)
  returns table (kind text, about text, material text)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  with stated as (
    select k.name, k.value from agora.claim k where source_kind = 'case' and k.case_id = wanted),
  found (kind, about, material) as (
    select 'email', null, lower(a.email) from agora.account a
     where source_kind = 'account' and a.id = wanted and a.state <> 'erased'
    union
    select 'email', null, lower(s.value) from stated s where s.name = 'email'
    union
    select 'name_birthdate', null, agora.plain_key(g.value) || '|' || agora.plain_key(f.value) || '|' || b.value
      from stated g, stated f, stated b
     where g.name = 'given_name' and f.name = 'family_name' and b.name = 'birthdate'
    union
    select 'register_number', 'x_professional_register',
           'x_professional_register|' || upper(regexp_replace(s.value, '[^A-Za-z0-9]', '', 'g'))
      from stated s where s.name = 'x_licence_number'
    union
    select case when e.type = 'electronic_record' then 'register_number' else 'document_number' end, e.subtype,
           e.subtype || '|' || upper(regexp_replace(e.document_number, '[^A-Za-z0-9]', '', 'g'))
      from agora.evidence e
     where source_kind = 'case' and e.case_id = wanted and e.removed_at is null)
  select f.kind, f.about, f.material from found f where f.material !~ '\|$';
end $$;
comment on function agora.person_key_material is
  'What of an account or case is hashed, normalised: names without accents, capitals and signs, with the birthdate; numbers in capitals without signs, with the kind of document; e-mail addresses in lower case.';

create or replace function agora.person_key_next(most integer, wanted uuid)
  returns table (source uuid, changed bigint, kind text, about text, material text)
  language plpgsql stable security definer rows 20 set search_path = '' as $$
begin
  return query
  select d.source, d.changed, m.kind, m.about, m.material
    from (select q.* from agora.person_key_due q where wanted is null or q.source = wanted order by q.source limit most) d
    left join lateral agora.person_key_material(d.source, d.source_kind) m on true
   order by d.source;
end $$;
comment on function agora.person_key_next is
  'Sources that wait for their hashes, each with what is to be hashed (kind null: nothing). wanted: that one; null: any.';

create or replace function agora.person_key_put(wanted uuid, seen bigint, kinds text[], abouts text[], key_ids text[], hashes text[])
  returns void
  language plpgsql security definer set search_path = '' as $$
declare
  due agora.person_key_due;
  person uuid;
begin
  select * into due from agora.person_key_due where source = wanted for update;
  -- Changed again, or done by another worker: its turn comes, or has come.
  if not found or due.changed <> seen then
    return;
  end if;
  select case due.source_kind
           when 'account' then (select a.person_id from agora.account a where a.id = wanted)
           else (select c.person_id from agora.vcase c where c.id = wanted) end into person;
  delete from agora.person_key_due where source = wanted;
  -- Nothing to hash any more is what erasure leaves: then the hashes are all there is, and stay.
  if person is null or (cardinality(kinds) = 0 and not exists (
       select from agora.account a where a.person_id = person and a.state <> 'erased')) then
    return;
  end if;
  delete from agora.person_key where source = wanted;
  insert into agora.person_key (person_id, source, source_kind, kind, about, key_id, hash)
  select distinct on (k.kind, k.key_id, k.hash) person, wanted, due.source_kind, k.kind, nullif(k.about, ''), k.key_id, decode(k.hash, 'hex')
    from unnest(kinds, abouts, key_ids, hashes) k (kind, about, key_id, hash);
end $$;
comment on function agora.person_key_put is
  'Takes the hashes of a source in the place of those it had. seen: count of changes they were made from; when there were more since, nothing happens.';

create or replace function agora.person_key_again() returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  n bigint;
begin
  insert into agora.person_key_due (source, source_kind)
  select id, 'account' from agora.account where state <> 'erased'
  union all
  select id, 'case' from agora.vcase where state not in ('draft', 'withdrawn')
  on conflict (source) do update set changed = person_key_due.changed + 1;
  get diagnostics n = row_count;
  perform agora.audit(null, 'person_key.again', 'person_key', null, jsonb_build_object('sources', n));
  return n;
end $$;
comment on function agora.person_key_again is 'Queues all accounts and sent cases, since there is a new key; how many.';

create or replace function agora.person_key_retire(old_key text) returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  lost bigint;
begin
  select count(distinct k.person_id) into lost from agora.person_key k
   where k.key_id = old_key
     and not exists (select from agora.person_key o where o.person_id = k.person_id and o.key_id <> old_key);
  delete from agora.person_key where key_id = old_key;
  perform agora.audit(null, 'person_key.retire', 'person_key', null, jsonb_build_object('key', old_key, 'lost', lost));
  return lost;
end $$;
comment on function agora.person_key_retire is 'Forgets the hashes of a key; how many persons, erased ones, are found again no more.';

create or replace function agora.person_key_state() returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'waiting', (select count(*) from agora.person_key_due),
    'keys', (select coalesce(jsonb_object_agg(k.key_id, k.n), '{}')
               from (select key_id, count(*) as n from agora.person_key group by key_id) k));
end $$;
comment on function agora.person_key_state is 'How many sources wait for hashes, and how many hashes there are by key.';

grant execute on function agora.person_key_next(integer, uuid), agora.person_key_put(uuid, bigint, text[], text[], text[], text[]),
  agora.person_key_again(), agora.person_key_retire(text), agora.person_key_state() to agora_app;
