-- Persons who may be one: every pair with a keyed hash in common, for staff to say whether they are. What
-- is told is what matches, never its value; that two are one is an act of two persons (merge_persons).

create or replace function agora.duplicate_pairs() returns table (one uuid, other uuid, kinds text[], since timestamptz)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  with sent as (
    select k.person_id, k.kind, k.key_id, k.hash, k.made_at
      from agora.person_key k
      left join agora.vcase c on c.id = k.source
     where coalesce(c.state not in ('draft', 'withdrawn'), true))
  select a.person_id, b.person_id, array_agg(distinct a.kind order by a.kind), max(greatest(a.made_at, b.made_at))
    from sent a
    join sent b on b.hash = a.hash and b.kind = a.kind and b.key_id = a.key_id and b.person_id > a.person_id
   group by a.person_id, b.person_id;
end $$;
comment on function agora.duplicate_pairs is
  'Pairs of persons who have a keyed hash in common, in an account or a case that was sent: which kinds, and since when.';

create or replace function agora.duplicate_words(kind text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case kind when 'name_birthdate' then 'Same name and date of birth'
                   when 'email' then 'Same e-mail address'
                   when 'document_number' then 'Same number of a document'
                   else 'Same number in a register' end;
end $$;
comment on function agora.duplicate_words is 'What two persons have in common, in words.';

create or replace function agora.duplicate_person(viewer uuid, wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_strip_nulls(jsonb_build_object(
             'handle', a.handle,
             'shown_name', a.given_name || ' ' || a.family_name,
             'level', agora.member_level(a.id),
             'joined_at', agora.ts(a.created_at),
             'case', (select jsonb_build_object('id', c.id, 'reference', c.reference, 'state', c.state)
                        from agora.vcase c
                       where c.person_id = wanted and c.state not in ('draft', 'withdrawn')
                         and agora.case_viewed_as(c, viewer) is not null
                       order by c.opened_at desc limit 1)))
      from agora.account a
     where a.person_id = wanted and a.state <> 'erased'
     order by a.created_at, a.id limit 1), jsonb_build_object('shown_name', 'A former member', 'level', 0));
end $$;
comment on function agora.duplicate_person is
  'One of a pair: the first account, or a former member of whom hashes are all there is; with the latest case that the viewer may open.';

create or replace function agora.duplicate_act(one uuid, other uuid) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select t.id
      from agora.two_person_act t
      join agora.account f on f.handle = t.payload ->> 'from'
      join agora.account i on i.handle = t.payload ->> 'into'
     where t.kind = 'merge_persons' and t.state = 'asked' and t.expires_at > now()
       and least(f.person_id, i.person_id) = one and greatest(f.person_id, i.person_id) = other
     limit 1);
end $$;
comment on function agora.duplicate_act is 'The act by which a pair is to be merged, while a second person has not confirmed it.';

create or replace function agora.duplicate_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := agora.person_of(viewer);
begin
  if not agora.has_role(viewer, '{verifier,admin}') then
    perform agora.fail('AG002', null, 'Only verifiers and admins see who may be the same person.');
  end if;
  return (
    with open as (
      select p.* from agora.duplicate_pairs() p
       where me not in (p.one, p.other)
         -- Two former members are nothing that anybody can ask about.
         and exists (select from agora.account a where a.person_id in (p.one, p.other) and a.state <> 'erased')
         and not exists (select from agora.person_apart x
                          where x.one = p.one and x.other = p.other and p.kinds <@ x.matched))
    select jsonb_build_object(
             'items', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'persons', jsonb_build_array(agora.duplicate_person(viewer, o.one), agora.duplicate_person(viewer, o.other)),
               'matched', (select jsonb_agg(agora.duplicate_words(k) order by k) from unnest(o.kinds) k),
               'since', agora.ts(o.since),
               'act', agora.duplicate_act(o.one, o.other))) order by o.since desc, o.one, o.other), '[]'),
             'total', (select count(*) from open))::text
      from (select * from open order by since desc, one, other limit 100) o);
end $$;
comment on function agora.duplicate_list is 'The 100 newest pairs of persons who may be one and were not found to be two (schema DuplicateList); none about the viewer.';

create or replace function agora.duplicate_apart(viewer uuid, handle text, other_handle text, words text) returns void
  language plpgsql security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  first uuid := (select a.person_id from agora.account a where a.handle = handle and a.state <> 'erased');
  second uuid := (select a.person_id from agora.account a where a.handle = other_handle and a.state <> 'erased');
  pair record;
begin
  if not agora.has_role(viewer, '{verifier,admin}') then
    perform agora.fail('AG002', null, 'Only verifiers and admins can say this.');
  elsif coalesce(length(trim(words)), 0) not between 1 and 1000 then
    perform agora.fail('AG004', '/note', 'Say how you found out in at most 1,000 characters.');
  elsif first is null or second is null then
    perform agora.fail('AG001');
  elsif agora.person_of(viewer) in (first, second) then
    perform agora.fail('AG002', null, 'This is about yourself; others must say it.');
  end if;
  perform agora.pair_lock(first, second);
  select p.* into pair from agora.duplicate_pairs() p where p.one = least(first, second) and p.other = greatest(first, second);
  if not found then
    perform agora.fail('AG003', null, 'These two have nothing in common any more.');
  end if;
  insert into agora.person_apart (one, other, matched, note, by) values (pair.one, pair.other, pair.kinds, trim(words), viewer)
  on conflict (one, other) do update set matched = excluded.matched, note = excluded.note, by = excluded.by, at = now();
  perform agora.audit(viewer, 'person.apart', 'person', pair.one, jsonb_build_object('other', pair.other, 'matched', pair.kinds));
end $$;
comment on function agora.duplicate_apart is
  'Says that two members who have something in common are two persons: the pair is listed no more, unless something else comes to match. What cases tell of them and what is held for a first look stays.';

grant execute on function agora.duplicate_list(uuid), agora.duplicate_apart(uuid, text, text, text) to agora_app;
