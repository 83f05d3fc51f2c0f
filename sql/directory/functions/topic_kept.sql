-- Topics as admins keep them: found, listed, with all their labels and links; and as a file.

create or replace function agora.topic_kept(wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select (agora.topic_detail(c.id)::jsonb || jsonb_strip_nulls(jsonb_build_object(
      'scheme', c.scheme_id, 'iri', c.iri, 'notation', c.notation, 'retired_at', agora.ts(c.retired_at),
      'labels', (select jsonb_agg(jsonb_build_object('lang', l.lang, 'kind', l.kind, 'label', l.label, 'made_here', l.made_here)
                                  order by l.lang, l.kind, l.label) from agora.concept_label l where l.concept_id = c.id),
      'parents', coalesce((select jsonb_agg(agora.topic_json(r.other_id) order by r.other_id)
                             from agora.concept_relation r where r.concept_id = c.id and r.link = 'broader'), '[]'),
      'members', (select count(distinct t.account_id) from agora.profile_topic t where t.concept_id = c.id),
      'merged', coalesce((select jsonb_agg(m.id order by m.id) from agora.concept m where m.merged_into = c.id), '[]'))))::text
      from agora.concept w
      join agora.concept c on c.id = coalesce(w.merged_into, w.id)
     where w.id = wanted and c.label is not null);
end $$;
comment on function agora.topic_kept is 'A topic with all that admins keep of it (openapi: KeptTopic).';

create or replace function agora.topic_kept_for(viewer uuid, wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  perform agora.topic_admin(viewer);
  return agora.topic_kept(wanted);
end $$;
comment on function agora.topic_kept_for is 'agora.topic_kept for an admin; null when there is none.';

create or replace function agora.topic_row(c agora.concept) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return agora.topic_json(c.id) || jsonb_strip_nulls(jsonb_build_object(
    'scheme', c.scheme_id, 'retired_at', agora.ts(c.retired_at),
    'members', (select count(distinct t.account_id) from agora.profile_topic t where t.concept_id = c.id),
    'narrower', (select count(*) from agora.concept_relation r where r.other_id = c.id and r.link = 'broader')));
end $$;
comment on function agora.topic_row is 'A topic as a row of the admins'' list (openapi: TopicRow).';

create or replace function agora.topic_kept_list(viewer uuid, typed text, shown text, of_scheme text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  prefixes tsquery;
  ids text[];
begin
  perform agora.topic_admin(viewer);
  select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into prefixes
    from unnest(string_to_array(agora.fold(coalesce(typed, '')), ' ')) w;
  ids := array(
    select c.id
      from agora.concept c
     where c.label is not null and (of_scheme is null or c.scheme_id = of_scheme)
       and case shown
             when 'orphans' then c.id in (select o from agora.topic_orphans(of_scheme) o)
             when 'retired' then c.retired_at is not null
             when 'own' then c.scheme_id = 'own'
             else prefixes is not null
                  or c.retired_at is null and not exists (select from agora.concept_relation r where r.concept_id = c.id and r.link = 'broader') end
       and (prefixes is null or c.id in (select l.concept_id from agora.concept_label l where l.words @@ prefixes))
     order by c.label, c.id
     limit 201);
  return jsonb_build_object(
    'items', (select coalesce(jsonb_agg(agora.topic_row(c) order by w.place), '[]')
                from unnest(ids[1:200]) with ordinality w (id, place) join agora.concept c on c.id = w.id),
    'more', cardinality(ids) > 200,
    'schemes', (select jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title, 'source', s.source) order by s.title) from agora.scheme s),
    'waiting', (select count(distinct (p.folded, p.lang)) from agora.topic_proposal p where p.state = 'proposed'))::text;
end $$;
comment on function agora.topic_kept_list is
  'Topics for admins (openapi: TopicRows), at most 200: those with words that begin as typed, else those at the top; or only orphans, retired, own ones.';

create or replace function agora.topic_export(of_scheme text, after text, most integer) returns table (id text, lines text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  -- N-Triples, a concept at a time: each line stands for itself, so that the parts can be put one behind the other.
  return query
  with page as (
    select c.*, '<' || coalesce(c.iri, 'urn:agora:topic:' || c.id) || '>' as s
      from agora.concept c
     where (of_scheme is null or c.scheme_id = of_scheme) and c.label is not null and (after is null or c.id > after)
     order by c.id limit most),
  fact (id, rank, line) as (
    select p.id, 1, p.s || ' <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> .' from page p
    union all
    select p.id, 2, p.s || ' <http://www.w3.org/2004/02/skos/core#inScheme> <urn:agora:scheme:' || p.scheme_id || '> .' from page p
    union all
    select p.id, 3, p.s || ' <http://www.w3.org/2004/02/skos/core#topConceptOf> <urn:agora:scheme:' || p.scheme_id || '> .' from page p where p.top
    union all
    select p.id, 4, format('%s <http://www.w3.org/2004/02/skos/core#%sLabel> "%s"%s .', p.s, l.kind,
                           replace(replace(l.label, '\', '\\'), '"', '\"'), case when l.lang <> 'und' then '@' || l.lang else '' end)
      from page p join agora.concept_label l on l.concept_id = p.id
    union all
    select p.id, 5, format('%s <http://www.w3.org/2004/02/skos/core#%s> <%s> .', p.s,
                           case r.link when 'exact_match' then 'exactMatch' when 'close_match' then 'closeMatch' else r.link::text end,
                           coalesce(o.iri, 'urn:agora:topic:' || o.id))
      from page p join agora.concept_relation r on r.concept_id = p.id join agora.concept o on o.id = r.other_id
    union all
    select p.id, 6, format('%s <http://www.w3.org/2004/02/skos/core#notation> "%s" .', p.s, replace(replace(p.notation, '\', '\\'), '"', '\"'))
      from page p where p.notation is not null)
  select f.id, string_agg(f.line, E'\n' order by f.rank, f.line collate "C") || E'\n' from fact f group by f.id order by f.id;
end $$;
comment on function agora.topic_export is 'Concepts of a scheme (null: all) behind an id, as SKOS in N-Triples, a row a concept.';

create or replace function agora.topic_orphan_list(of_scheme text) returns table (id text, label text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select c.id, c.label from agora.topic_orphans(of_scheme) o (id) join agora.concept c on c.id = o.id order by c.label, c.id;
end $$;
comment on function agora.topic_orphan_list is 'The orphans of a scheme with what they are called.';

grant execute on function agora.topic_kept_for, agora.topic_kept_list, agora.topic_orphan_list, agora.topic_export to agora_app;
