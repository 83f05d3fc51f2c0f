-- Example members in batches, for trying out, tests and benchmarks. For the database's owner alone.

create or replace function agora.example_topics() returns table (id text, label text, subfield text)
  language plpgsql stable set search_path = '' as $$
begin
  return query
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
   order by r.other_id, c.id;
end $$;
comment on function agora.example_topics is
  'The narrowest topics that an engineer may have, those of one broader topic together; all, where the taxonomy does not tell.';

create or replace function agora.example_load(given text) returns bigint
  language plpgsql set search_path = '' as $$
declare
  made bigint;
  accounts uuid[];
  levels integer[];
  since timestamptz[];
begin
  with member as materialized (
    select m.f[1] as number, m.f[2]::uuid as person_id, m.f[3]::uuid as account_id, m.f[4] as given, m.f[5] as family,
           m.f, m.f[13]::agora.tier[] as tiers, m.f[18]::integer as level, m.f[19]::integer as days
      from (select string_to_array(l.line, E'\t', '') as f from unnest(string_to_array(rtrim(given, E'\n'), E'\n')) l (line)) m
     where not exists (select from agora.account a where a.email = format('example-%s@example.org', m.f[1]) and a.state <> 'erased')),
  spot as materialized ( -- each town once, by its name and country
    select t.country, t.town, (agora.place_named(concat_ws(' ', t.town, t.country))).id as place_id
      from (select distinct m.f[9] as country, m.f[10] as town from member m) t
     where t.town is not null),
  person as (
    insert into agora.person (id, created_at)
    select m.person_id, now() - make_interval(days => m.days + 30) from member m),
  account as (
    insert into agora.account (id, person_id, email, handle, given_name, family_name, state, created_at)
    select m.account_id, m.person_id, format('example-%s@example.org', m.number),
           replace(agora.fold(m.given || ' ' || m.family), ' ', '-') || '-' || m.number,
           m.given, m.family, 'active', now() - make_interval(days => m.days + 30)
      from member m),
  profile as (
    insert into agora.profile (account_id, shown_name, headline, title, organisation, country, place, place_id, about, languages,
      shown_name_tier, headline_tier, about_tier, organisation_tier, title_tier, country_tier, place_tier, languages_tier,
      expertise_tier, interest_tier, seeking_tier, offering_tier)
    select m.account_id, m.given || ' ' || m.family, m.f[6], m.f[7], m.f[8], m.f[9], m.f[10], s.place_id, m.f[11], m.languages,
           t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12]
      from (select m.*, m.tiers as t, m.f[12]::text[] as languages from member m) m
      left join spot s on s.town = m.f[10] and s.country is not distinct from m.f[9]),
  topic as (
    insert into agora.profile_topic (account_id, kind, place, concept_id)
    select m.account_id, k.kind, t.place, t.id
      from member m
     cross join lateral (values ('expertise'::agora.topic_kind, m.f[14]), ('interest', m.f[15]), ('seeking', m.f[16]), ('offering', m.f[17]))
                        k (kind, ids)
     cross join lateral unnest(k.ids::text[]) with ordinality t (id, place))
  select count(*), array_agg(m.account_id), array_agg(m.level), array_agg(now() - make_interval(days => m.days))
    into made, accounts, levels, since
    from member m;
  if made > 0 then
    perform agora.verification_import(accounts, levels, since);
  end if;
  return made;
end $$;
comment on function agora.example_load is
  'Adds example members that are not there yet, with profile, topics and verification; follow with agora.search_rebuild. A line each, its fields between tabs, nothing for none: number, person, account, given and family name, headline, title, organisation, country, place, about, languages, tiers, expertise, interest, seeking, offering, level, days since it was verified. Not for the service''s role.';

create or replace function agora.example_count(seed bigint, most bigint, out members bigint, out found boolean)
  language sql stable set search_path = '' as $$
  select (select count(*)
            from (select split_part(split_part(a.email, '@', 1), '-', 3) as number
                    from agora.account a
                   where a.state <> 'erased' and starts_with(a.email, 'example-' || seed || '-')) e
           where case when translate(e.number, '0123456789', '') = '' then e.number::bigint <= most end),
         exists (select from agora.search) and not exists (select from agora.search_build)
$$;
comment on function agora.example_count is
  'How many of the first so many example members of a seed are there, and whether the search was made for whoever is there.';
