-- Search rows: made from what is visible at a tier and nothing else.

create or replace function agora.search_fold(body text) returns text
  language plpgsql stable set search_path = '' as $$
declare
  words text := agora.fold(body);
begin
  -- No word is longer than a search can ask for: a lexeme of any length is more than tsvector takes.
  return case when length(words) > 60 and words ~ '[^ ]{61}'
    then (select string_agg(w.word, ' ' order by w.place) from unnest(string_to_array(words, ' ')) with ordinality w (word, place)
           where length(w.word) <= 60)
    else words end;
end $$;
comment on function agora.search_fold is 'A text''s words as search rows have them: agora.fold, without those of more than 60 letters.';

create or replace function agora.search_vector(fields text) returns tsvector
  language plpgsql immutable set search_path = '' as $$
begin
  -- A word before each field, then taken out, leaves a gap: no phrase reaches from one into the next.
  return ts_delete(to_tsvector('pg_catalog.simple', fields), 'x0gap0x');
end $$;
comment on function agora.search_vector is 'The words of folded fields with their positions; x0gap0x stands before each field.';

create or replace function agora.search_rows_at(accounts uuid[], tiers agora.tier[]) returns setof agora.search
  -- In plpgsql, since its plans are kept: to plan this takes longer than to run it for one member.
  language plpgsql stable security definer
  set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return query
  -- For any number of members at once: one pass costs little more than a single row. What is visible
  -- comes from agora.profile_visible alone; a text, or a topic, that occurs more than once (for both
  -- tiers, most do) is taken apart once.
  with shown as materialized (select h.* from agora.search_shown(accounts, tiers) h),
  piece as materialized (
    select s.near, s.id, f.letter, f.body, f.letter <> 'n' or s.key = s.id::text as told -- no pseudonym is completed as a name
      from shown s
     cross join lateral (values ('n', s.visible ->> 'shown_name'), ('r', s.visible ->> 'title'), ('g', s.visible ->> 'organisation'),
                                ('p', concat_ws(' ', s.visible ->> 'place', (select c.name from agora.country c where c.code = s.visible ->> 'country'))),
                                ('a', concat_ws(' ', s.visible ->> 'headline', s.visible ->> 'about'))) f (letter, body)
     where f.body <> ''),
  folded as materialized (
    -- A text with letters beyond plain Latin ones is found in those too.
    select t.body, concat_ws(' x0gap0x ', f.words, f.plain) as fields, concat_ws(' ', f.words, f.plain) as words
      from (select distinct p.body from piece p) t
     cross join lateral (
       select agora.search_fold(t.body) as words,
              case when octet_length(t.body) <> length(t.body) then agora.search_fold(agora.latin(t.body)) end as plain) f),
  said as (
    select p.near, p.id,
           string_agg(replace(' ' || f.words, ' ', ' ' || p.letter || ':'), '') filter (where p.letter in ('n', 'p', 'g', 'a') and p.told and f.words <> '') as terms,
           max(f.fields) filter (where p.letter = 'n') as name,
           max(f.fields) filter (where p.letter = 'r') as title,
           max(f.fields) filter (where p.letter = 'g') as organisation
      from piece p
      join folded f on f.body = p.body
     group by p.near, p.id),
  concept as materialized (
    select s.near, s.id, k.letter, k.rank, t.place, t.topic ->> 'id' as concept_id, t.topic::text as topic
      from shown s
     cross join (values ('x', 1, 'expertise'), ('o', 2, 'offering'), ('s', 3, 'seeking'), ('i', 4, 'interest')) k (letter, rank, kind)
     cross join lateral jsonb_array_elements(s.visible -> 'topics' -> k.kind) with ordinality t (topic, place)),
  known as materialized (
    select d.concept_id, a.wider, l.words, l.label || replace(a.wider, ' ', '›') || '›' as label
      from (select distinct c.concept_id from concept c) d
     cross join lateral (
       select ' ' || string_agg(lower(a.ancestor_id), ' ' order by a.ancestor_id) as wider
         from agora.concept_ancestor a where a.concept_id = d.concept_id offset 0) a
     cross join lateral (
       select string_agg(' x0gap0x ' || l.folded || case when octet_length(l.label) <> length(l.label)
                                                      then ' x0gap0x ' || agora.fold(agora.latin(l.label)) else '' end, ''
                         order by l.label) as words,
              (select ' ' || c.folded from agora.concept c where c.id = d.concept_id) as label
         from agora.concept_label l where l.concept_id = d.concept_id offset 0) l),
  spot as materialized (
    select l.id, ' ' || array_to_string(agora.place_terms(l.place), ' ')
                 || coalesce(' p:' || nullif(replace(agora.fold(concat_ws(' ', (l.place).name, (l.place).area)), ' ', ' p:'), ''), '') as terms
      from (select d.id, (select o from agora.place o where o.id = d.id) as place
              from (select distinct s.visible ->> 'place_id' as id from shown s) d offset 0) l),
  fact as (
    -- Of somebody under a pseudonym, nothing that a name could be tied to.
    select s.near, s.id, string_agg(' ' || f.term, '') as terms
      from shown s
      join agora.search_facts(accounts) f on f.account_id = s.id and f.near <= s.near
     where s.key = s.id::text
     group by s.near, s.id),
  merit as materialized (
    select f.account_id, f as facts from agora.search_merit_facts(accounts) f),
  ends as (
    select a.id, min(m.ended + 1)::timestamptz as until
      from agora.account a
      join agora.membership m on m.person_id = a.person_id and m.began <= current_date and m.ended >= current_date
     where a.id = any (accounts)
     group by a.id),
  topic as (
    select o.near, o.id,
           string_agg(replace(k.wider, ' ', ' ' || o.letter || ':') || replace(k.wider, ' ', ' t:')
                      || ' ' || o.letter || '=' || lower(o.concept_id), '') as terms,
           string_agg(k.words, '' order by o.place) filter (where o.letter = 'x') as words,
           array_agg(o.concept_id order by o.rank, o.place) filter (where o.first and k.label is not null) as concepts,
           array_agg(k.label order by o.rank, o.place) filter (where o.first and k.label is not null) as labels,
           array_agg(o.topic order by o.rank, o.place) filter (where o.first and k.label is not null) as topics
      from (select c.*, row_number() over (partition by c.near, c.id, c.concept_id order by c.rank) = 1 as first from concept c) o
      join known k on k.concept_id = o.concept_id
     group by o.near, o.id)
  select s.near,
         k.quality,
         s.id,
         array_remove(coalesce(o.concepts, '{}') || ('cc:' || (s.visible ->> 'country')) || ('vf:' || s.level), null),
         coalesce(o.labels, '{}'),
         coalesce(o.topics, '{}'),
         array_to_tsvector(string_to_array(
             left('vf:0 vf:1 vf:2 vf:3 vf:4', 4 + 5 * s.level)
             || coalesce(' cc:' || lower(s.visible ->> 'country'), '') || coalesce(l.terms, '')
             || coalesce(w.terms, '') || coalesce(o.terms, '') || coalesce(f.terms, '') || coalesce(a.terms, '') || coalesce(b.terms, ''), ' '))
           || setweight(agora.search_vector('x0gap0x ' || w.name), 'A')
           || setweight(agora.search_vector('x0gap0x ' || concat_ws(' x0gap0x ', w.title, w.organisation)), 'B')
           || setweight(agora.search_vector(coalesce(o.words, '')), 'C'),
         s.head::text,
         least(case when s.level > 0 then (s.verified ->> 'until')::timestamptz end, e.until),
         p.parts::smallint, k.merits
    from shown s
    left join said w on w.near = s.near and w.id = s.id
    left join spot b on b.id = s.visible ->> 'place_id'
    left join fact f on f.near = s.near and f.id = s.id
    left join topic o on o.near = s.near and o.id = s.id
    left join ends e on e.id = s.id
    join merit m on m.account_id = s.id
   cross join lateral (
     select string_agg(' l:' || lower(c.code) || ' l:' || split_part(lower(c.code), '-', 1), '') as terms
       from jsonb_array_elements_text(s.visible -> 'languages') c (code)) l
   cross join lateral (
     select string_agg(' op:' || k.ask, '') as terms
       from jsonb_array_elements_text(s.visible -> 'open_to' || '["any"]') k (ask)) a
   cross join lateral (
     select (select count(*)::integer from jsonb_object_keys(s.visible)) - 1 - (s.visible ? 'topics')::integer - (s.visible ? 'place_id')::integer
            + (select count(*)::integer from jsonb_object_keys(s.visible -> 'topics')) as parts offset 0) p
   cross join lateral agora.search_merit(m.facts, s.key, s.near, s.level, p.parts) k;
end $$;
comment on function agora.search_rows_at is
  'The rows of these accounts at these tiers. What a member is found by (terms): words of name (A), role (B) and expertise (C); vf:N level at least N; cc: country; l: language; n: p: g: a: words of name, place, organisation, about; op: open to a kind of request, any of them as op:any; pl: ka: kb: where that is (agora.place_terms); t: any topic or a wider one, x: i: s: o: the same as expertise, interest, seeking, offering; x= i= s= o= without wider ones; and those of agora.search_facts.';
