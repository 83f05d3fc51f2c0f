-- Import of a taxonomy. What was read from a file comes in as facts, kept in temporary tables of the
-- transaction; one function then brings the scheme in line with them and tells what that changed. The
-- same for a dry run, which is rolled back. What was made here (labels, places) is never undone by a file.

create or replace function agora.topic_import_begin() returns void
  language plpgsql security definer set search_path = '' as $$
begin
  create temporary table topic_fact (kind "char" not null, subject text not null, object text, lang text, label text) on commit drop;
end $$;
comment on function agora.topic_import_begin is 'Begins an import in this transaction.';

create or replace function agora.topic_import_facts(given text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into pg_temp.topic_fact (kind, subject, object, lang, label)
  select f.kind, f.subject, f.object, nullif(lower(f.lang), ''), nullif(btrim(regexp_replace(f.label, '\s+', ' ', 'g')), '')
    from jsonb_to_recordset(given::jsonb) f (kind "char", subject text, object text, lang text, label text);
end $$;
comment on function agora.topic_import_facts is
  'Takes facts, a JSON list of {kind, subject, object, lang, label}: c a concept, t a top concept, d deprecated, k its notation, p a h a preferred, alternative, hidden label, b r e m something broader, related, matching exactly, closely; y a scheme, s its title. Subjects and objects are IRIs, or # and the id that the concept has here.';

create or replace function agora.topic_import_id(scheme text, subject text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((select c.id from agora.concept c where c.iri = subject),
                  substring(subject from '^(?:#|urn:agora:topic:)([A-Za-z0-9-]{1,40})$'),
                  scheme || '-' || left(encode(sha256(convert_to(subject, 'UTF8')), 'hex'), 16));
end $$;
comment on function agora.topic_import_id is 'The id of a concept: the one it has, the one it names, or one made of its IRI, the same at every import.';

create or replace function agora.topic_import_concepts(scheme text) returns void
  language plpgsql set search_path = '' as $$
begin
  analyze pg_temp.topic_fact;
  create temporary table topic_seen on commit drop as
  select s.subject, coalesce(c.merged_into, s.id) as id, s.id as own_id, c.id is not null as had,
         -- Of another scheme, or merged: it may be linked to, but this file does not change it.
         coalesce(c.scheme_id <> scheme or c.merged_into is not null, false) as elsewhere
    from (select f.subject, agora.topic_import_id(scheme, f.subject) as id
            from pg_temp.topic_fact f
           where f.kind in ('c', 't', 'b')
             -- What the file calls deprecated is gone, as if it were not in it.
             and f.subject not in (select d.subject from pg_temp.topic_fact d where d.kind = 'd')
           group by f.subject) s
    left join agora.concept c on c.id = s.id;
  create temporary table topic_name on commit drop as
  select n.id, n.lang, n.kind, n.label, n.folded
    from (select l.*, row_number() over (partition by l.id, l.lang, l.folded order by l.kind, l.label) as n
            from (select s.id, r.lang, r.label, agora.fold(r.label) as folded,
                         -- Only one preferred label a language: the first, the others are alternative.
                         case when r.kind = 'p' and r.n = 1 then 'pref' when r.kind = 'h' then 'hidden' else 'alt' end::agora.label_kind as kind
                    from (select f.subject, f.kind, f.label, coalesce(f.lang, 'und') as lang,
                                 row_number() over (partition by f.subject, f.kind, f.lang order by f.label collate "C") as n
                            from pg_temp.topic_fact f
                           where f.kind in ('p', 'a', 'h') and length(f.label) <= 200
                             and coalesce(f.lang, 'und') ~ '^[a-z]{2,3}(-[a-z0-9]+)*$') r
                    join pg_temp.topic_seen s on s.subject = r.subject and not s.elsewhere) l) n
   where n.n = 1;
  create index on pg_temp.topic_name (id);
  create index on pg_temp.topic_seen (id);
  create index on pg_temp.topic_seen (subject);
  analyze pg_temp.topic_name, pg_temp.topic_seen;
end $$;
comment on function agora.topic_import_concepts is 'Which concepts the file has (pg_temp.topic_seen), and what they are called (pg_temp.topic_name).';

create or replace function agora.topic_import_labels(out renamed bigint) returns bigint
  language plpgsql set search_path = '' as $$
begin
  create temporary table topic_touched (id text not null) on commit drop;
  with gone as (
    delete from agora.concept_label l
     using pg_temp.topic_seen s
     where l.concept_id = s.id and not s.elsewhere and not l.made_here
       and not exists (select from pg_temp.topic_name n
                        where n.id = l.concept_id and n.lang = l.lang and n.kind = l.kind and n.label = l.label)
    returning l.concept_id, l.kind),
  noted as (insert into pg_temp.topic_touched select g.concept_id from gone g)
  select count(distinct g.concept_id) into renamed from gone g where g.kind = 'pref';
  with made as (
    insert into agora.concept_label as l (concept_id, lang, kind, label, folded, words)
    select n.id, n.lang,
           -- The preferred label that was chosen here stays.
           case when n.kind = 'pref' and exists (select from agora.concept_label h where h.concept_id = n.id and h.lang = n.lang and h.kind = 'pref' and h.label <> n.label)
                then 'alt' else n.kind end, n.label, n.folded, to_tsvector('pg_catalog.simple', n.folded)
      from pg_temp.topic_name n
      join agora.concept c on c.id = n.id
     where not exists (select from agora.concept_label h where h.concept_id = n.id and h.lang = n.lang and h.folded = n.folded and h.made_here
                        and (n.kind <> 'pref' or h.kind = 'pref'))
    on conflict do nothing
    returning l.concept_id)
  insert into pg_temp.topic_touched select m.concept_id from made m;
end $$;
comment on function agora.topic_import_labels is 'Brings the labels in line with the file; tells how many preferred ones are others now.';

create or replace function agora.topic_import_links(out unknown bigint) returns bigint
  language plpgsql set search_path = '' as $$
begin
  create temporary table topic_link on commit drop as
  select distinct s.id, o.id as other_id, f.object,
         case f.kind when 'b' then 'broader' when 'r' then 'related' when 'e' then 'exact_match' else 'close_match' end::agora.concept_link as link
    from pg_temp.topic_fact f
    join pg_temp.topic_seen s on s.subject = f.subject and not s.elsewhere
    left join lateral (select t.id from pg_temp.topic_seen t where t.subject = f.object
                       union
                       select coalesce(c.merged_into, c.id) from agora.concept c
                        where c.iri = f.object or c.id = substring(f.object from '^(?:#|urn:agora:topic:)(.+)$') limit 1) o on true
   where f.kind in ('b', 'r', 'e', 'm');
  create index on pg_temp.topic_link (id);
  analyze pg_temp.topic_link;
  select count(*) into unknown from pg_temp.topic_link l where not exists (select from agora.concept c where c.id = l.other_id);
  delete from agora.concept_relation r
   using pg_temp.topic_seen s
   where r.concept_id = s.id and not s.elsewhere and not r.made_here
     and not exists (select from pg_temp.topic_link l where l.id = r.concept_id and l.link = r.link and l.other_id = r.other_id);
  insert into agora.concept_relation (concept_id, link, other_id)
  select l.id, l.link, l.other_id
    from pg_temp.topic_link l
    join agora.concept c on c.id = l.id
    join agora.concept o on o.id = l.other_id
   where l.id <> l.other_id
     and not (l.link = 'broader' and exists (select from agora.concept_relation h where h.concept_id = l.id and h.link = 'broader' and h.made_here))
  on conflict do nothing;
end $$;
comment on function agora.topic_import_links is 'Brings the links in line with the file; tells how many lead to a concept that is not here.';

create or replace function agora.topic_cycles() returns text[]
  language plpgsql set search_path = '' as $$
declare
  n bigint := 1;
begin
  -- What nothing lies beyond is taken off, from both ends, until only circles are left.
  create temporary table topic_edge on commit drop as
  select r.concept_id as low, r.other_id as high from agora.concept_relation r where r.link = 'broader';
  while n > 0 loop
    delete from pg_temp.topic_edge e
     where not exists (select from pg_temp.topic_edge up where up.low = e.high)
        or not exists (select from pg_temp.topic_edge down where down.high = e.low);
    get diagnostics n = row_count;
  end loop;
  return array(select distinct e.low from pg_temp.topic_edge e order by 1 limit 100);
end $$;
comment on function agora.topic_cycles is 'Concepts that lie within themselves by "broader": there must be none.';

create or replace function agora.topic_orphans(of_scheme text) returns setof text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select c.id
    from agora.concept c
   where (of_scheme is null or c.scheme_id = of_scheme) and not c.top and c.label is not null and c.retired_at is null
     and not exists (select from agora.concept_relation r where r.concept_id = c.id and r.link = 'broader')
     -- A scheme that names its top concepts has no others; in one that does not, a root with something below is one.
     and (exists (select from agora.concept t where t.scheme_id = c.scheme_id and t.top)
          or not exists (select from agora.concept_relation r where r.other_id = c.id and r.link = 'broader'))
   order by c.label, c.id;
end $$;
comment on function agora.topic_orphans is 'Concepts of a scheme (null: of all) without a place: nothing is broader, and they are no top concepts.';

create or replace function agora.topic_import_title() returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select left(f.label, 200)
      from pg_temp.topic_fact f
     where f.kind in ('s', 'p') and f.label is not null and f.subject in (select y.subject from pg_temp.topic_fact y where y.kind = 'y')
     order by f.lang = 'en' desc nulls last, f.kind = 's' desc, f.label collate "C"
     limit 1);
end $$;
comment on function agora.topic_import_title is 'What the file calls the scheme, in English when it does; null when it does not.';

create or replace function agora.topic_import_end(scheme text, called text, origin text, retire boolean) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  report jsonb := '{}';
  gone text[];
  cycles text[];
  added bigint;
  renamed bigint;
  unknown bigint;
begin
  insert into agora.scheme as s (id, title, source)
  values (scheme, coalesce(called, agora.topic_import_title(), scheme), coalesce(origin, ''))
  on conflict (id) do update set title = coalesce(called, s.title), source = coalesce(origin, s.source);
  perform agora.topic_import_concepts(scheme);
  insert into agora.concept (id, scheme_id, iri)
  select s.id, scheme, case when s.subject !~ '^(#|urn:agora:topic:)' then s.subject end
    from pg_temp.topic_seen s
   where not s.had and exists (select from pg_temp.topic_name n where n.id = s.id and n.kind = 'pref');
  get diagnostics added = row_count;
  update agora.concept c
     set notation = coalesce(f.notation, c.notation), top = f.top, retired_at = null
    from (select s.id, min(k.label) filter (where k.kind = 'k') as notation, bool_or(k.kind = 't') as top
            from pg_temp.topic_seen s join pg_temp.topic_fact k on k.subject = s.subject
           where not s.elsewhere group by s.id) f
   where c.id = f.id and (c.notation, c.top, c.retired_at) is distinct from (coalesce(f.notation, c.notation), f.top, null);
  renamed := agora.topic_import_labels();
  unknown := agora.topic_import_links();
  gone := array(select c.id from agora.concept c
                 where c.scheme_id = scheme and c.merged_into is null and c.retired_at is null
                   and not exists (select from pg_temp.topic_seen s where s.id = c.id) order by c.id);
  if retire then
    update agora.concept c set retired_at = now() where c.id = any (gone);
  end if;
  cycles := agora.topic_cycles();
  -- In the report of a dry run the circles stand; what would follow from them is not asked.
  delete from agora.concept_relation r where r.link = 'broader' and r.concept_id = any (cycles) and r.other_id = any (cycles);
  insert into agora.search_dirty (account_id)
  select distinct t.account_id from agora.profile_topic t join pg_temp.topic_touched d on d.id = t.concept_id
  on conflict (account_id) do nothing;
  perform agora.topic_close();
  report := agora.topic_import_report(scheme, gone, cycles)
    || jsonb_build_object('scheme', scheme, 'new', added, 'renamed', renamed, 'unknown_links', unknown,
                          'changed', (select count(*) from (select distinct d.id from pg_temp.topic_touched d) c) - added);
  perform agora.audit(null, 'topic.import', 'scheme', null, report - '{gone,orphans,cycles,nameless}'::text[]);
  return report::text;
end $$;
comment on function agora.topic_import_end is
  'Brings a scheme in line with the facts: adds, renames, links; what the file no longer has is told, and retired when so asked. The report counts and names what is new, renamed, changed, gone, without a place, without a language, without a name, too long, and what lies within itself (cycles): when there is any, the caller must roll back.';

create or replace function agora.topic_import_report(scheme text, gone text[], cycles text[]) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'concepts', (select count(*) from pg_temp.topic_seen s where not s.elsewhere),
    'elsewhere', (select count(*) from pg_temp.topic_seen s where s.elsewhere),
    'labels', (select count(*) from pg_temp.topic_name),
    'languages', (select coalesce(jsonb_agg(distinct n.lang), '[]') from pg_temp.topic_name n),
    'no_language', (select count(*) from pg_temp.topic_fact f where f.kind in ('p', 'a', 'h') and f.lang is null),
    'left_out', (select count(*) from pg_temp.topic_fact f
                  where f.kind in ('p', 'a', 'h') and (coalesce(length(f.label), 0) not between 1 and 200
                     or coalesce(f.lang, 'und') !~ '^[a-z]{2,3}(-[a-z0-9]+)*$')),
    'nameless', (select coalesce(jsonb_agg(s.subject order by s.subject), '[]') from pg_temp.topic_seen s
                  where not exists (select from agora.concept c where c.id = s.id)),
    'gone', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'label', c.label,
               'members', (select count(distinct t.account_id) from agora.profile_topic t where t.concept_id = c.id)) order by c.label), '[]')
               from agora.concept c where c.id = any (gone)),
    'orphans', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'label', c.label)), '[]')
                  from agora.topic_orphans(scheme) o (id) join agora.concept c on c.id = o.id
                 where c.id <> all (cycles)),
    'cycles', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'label', c.label) order by c.label), '[]')
                 from agora.concept c where c.id = any (cycles)));
end $$;
comment on function agora.topic_import_report is 'What an import found in its file, beside what it changed.';

grant execute on function agora.topic_import_begin, agora.topic_import_facts, agora.topic_import_end to agora_app;
