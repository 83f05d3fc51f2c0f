-- Example members in batches, for trying out, tests and benchmarks. For the database's owner alone.

create or replace function agora.example_topics() returns table (id text, label text, subfield text)
  language sql stable set search_path = '' as $$
  select c.id, l.label, b.label
    from agora.concept c
    join agora.concept_label l on l.concept_id = c.id and l.lang = 'en' and l.kind = 'pref'
    join agora.concept_relation r on r.concept_id = c.id and r.link = 'broader'
    join agora.concept_label b on b.concept_id = r.other_id and b.lang = 'en' and b.kind = 'pref'
   where not exists (select from agora.concept_relation n where n.other_id = c.id and n.link = 'broader')
     -- Example members are engineers: in a taxonomy that knows the natural sciences, their topics come from there.
     and (exists (select from agora.concept_ancestor a join agora.concept_label d on d.concept_id = a.ancestor_id
                   where a.concept_id = c.id and d.label = 'Physical Sciences')
          or not exists (select from agora.concept_label d where d.label = 'Physical Sciences'))
   order by r.other_id, c.id
$$;
comment on function agora.example_topics is
  'The narrowest topics that an engineer may have, those of one broader topic together; all, where the taxonomy does not tell.';

create or replace function agora.example_load(given text) returns bigint
  language plpgsql set search_path = '' as $$
declare
  usual constant jsonb := '{"languages": [], "version": 1}';
  made bigint;
  accounts uuid[];
  levels integer[];
  since timestamptz[];
begin
  with member as materialized (
    select agora.new_id() as person_id, agora.new_id() as account_id, m.*
      from jsonb_to_recordset(given::jsonb) m
           (number text, given text, family text, profile jsonb, topics jsonb, level integer, days integer)
     where not exists (select from agora.account a where a.email = format('example-%s@example.org', m.number))),
  spot as materialized ( -- each town once, by its name and country
    select t.country, t.town, (agora.place_named(concat_ws(' ', t.town, t.country))).id as place_id
      from (select distinct m.profile ->> 'country' as country, m.profile ->> 'place' as town from member m) t
     where t.town is not null),
  person as (
    insert into agora.person (id, created_at)
    select m.person_id, now() - make_interval(days => m.days + 30) from member m),
  account as (
    insert into agora.account (id, person_id, email, handle, given_name, family_name, state, created_at)
    select m.account_id, m.person_id, format('example-%s@example.org', m.number),
           trim(both '-' from regexp_replace(agora.fold(m.given || ' ' || m.family), '[^a-z0-9]+', '-', 'g')) || '-' || m.number,
           m.given, m.family, 'active', now() - make_interval(days => m.days + 30)
      from member m),
  profile as (
    insert into agora.profile
    select p.*
      from member m
      left join spot s on s.town = m.profile ->> 'place' and s.country is not distinct from m.profile ->> 'country'
     cross join lateral jsonb_populate_record(null::agora.profile,
                  usual || m.profile || jsonb_build_object('account_id', m.account_id, 'place_id', s.place_id)) p),
  topic as (
    insert into agora.profile_topic (account_id, kind, place, concept_id)
    select m.account_id, k.kind::agora.topic_kind, t.place, t.id
      from member m
     cross join lateral jsonb_each(m.topics) k (kind, ids)
     cross join lateral jsonb_array_elements_text(k.ids) with ordinality t (id, place))
  select count(*), array_agg(m.account_id), array_agg(m.level), array_agg(now() - make_interval(days => m.days))
    into made, accounts, levels, since
    from member m;
  if made > 0 then
    perform agora.verification_import(accounts, levels, since);
  end if;
  return made;
end $$;
comment on function agora.example_load is
  'Adds example members that are not there yet, with profile, topics and verification; follow with agora.search_rebuild. Not for the service''s role.';
