-- Search rows: made from what is visible at a tier and nothing else, kept in step with profiles.

create or replace function agora.search_words(fields text[]) returns tsvector
  language sql stable set search_path = '' as $$
  -- A word before each field, then taken out, leaves a gap: no phrase reaches from one into the next.
  select ts_delete(to_tsvector('pg_catalog.simple', agora.fold('x0gap0x ' || array_to_string(fields, ' x0gap0x '))), 'x0gap0x')
$$;
comment on function agora.search_words is 'The words of several fields with their positions.';

create or replace function agora.search_rows(accounts uuid[]) returns setof agora.search
  language sql stable security definer set search_path = '' as $$
  -- For any number of members at once: one pass costs little more than a single row.
  with shown as materialized (
    select n.near, a.id, v.visible, (c.verified ->> 'level')::smallint as level, c.verified,
           agora.card_of(a.handle, v.visible, c.verified) as head
      from unnest(accounts) w (id)
      join agora.account a on a.id = w.id and a.state = 'active' and not agora.person_suspended(a.person_id)
     cross join lateral (select agora.verified(a.id) as verified offset 0) c
     cross join (values ('public'::agora.tier), ('members')) n (near)
     cross join lateral (select agora.profile_visible(a.id, n.near) as visible offset 0) v
     where v.visible is not null),
  concept as materialized (
    select s.near, s.id, k.letter, k.rank, t.place, t.topic ->> 'id' as concept_id, t.topic::text as topic
      from shown s
     cross join (values ('x', 1, 'expertise'), ('o', 2, 'offering'), ('s', 3, 'seeking'), ('i', 4, 'interest')) k (letter, rank, kind)
     cross join lateral jsonb_array_elements(s.visible -> 'topics' -> k.kind) with ordinality t (topic, place)),
  term as (
    select s.near, s.id, 'vf:' || n as term from shown s, generate_series(0, s.level) n
    union all select s.near, s.id, 'cc:' || lower(s.visible ->> 'country') from shown s where s.visible ? 'country'
    union all select s.near, s.id, 'l:' || lower(c.code)
      from shown s, jsonb_array_elements_text(s.visible -> 'languages') l (code), unnest(array[l.code, split_part(l.code, '-', 1)]) c (code)
    union all select s.near, s.id, f.letter || w.word
      from shown s
      left join agora.country c on c.code = s.visible ->> 'country'
     cross join lateral (values ('p:', concat_ws(' ', s.visible ->> 'place', c.name)),
                                ('g:', s.visible ->> 'organisation'),
                                ('a:', concat_ws(' ', s.visible ->> 'headline', s.visible ->> 'about'))) f (letter, body)
     cross join lateral unnest(string_to_array(agora.fold(f.body), ' ')) w (word)
     where length(w.word) between 1 and 60
    union all select c.near, c.id, p.letter || lower(a.ancestor_id)
      from concept c
      join agora.concept_ancestor a on a.concept_id = c.concept_id
     cross join lateral (values ('t:'), (c.letter || ':')) p (letter)
    union all select c.near, c.id, c.letter || '=' || lower(c.concept_id) from concept c),
  terms as (
    select t.near, t.id, array_to_tsvector(array_agg(distinct t.term)) as terms from term t group by t.near, t.id),
  expertise as (
    select c.near, c.id, agora.search_words(array_agg(l.label order by c.place, l.label)) as words
      from concept c
      join agora.concept_label l on l.concept_id = c.concept_id
     where c.letter = 'x'
     group by c.near, c.id),
  topic as (
    select o.near, o.id, array_agg(o.concept_id order by o.rank, o.place) as concepts,
           array_agg(' ' || l.folded order by o.rank, o.place) as labels,
           array_agg(o.topic order by o.rank, o.place) as topics
      from (select distinct on (c.near, c.id, c.concept_id) c.* from concept c order by c.near, c.id, c.concept_id, c.rank) o
      join agora.concept_label l on l.concept_id = o.concept_id and l.lang = 'en' and l.kind = 'pref'
     group by o.near, o.id)
  select s.near,
         least(s.level, 4) * 12000 + least(p.parts, 10) * 1000 + (hashtextextended(s.id::text, 0) & 4095)::integer,
         s.id,
         array_remove(coalesce(o.concepts, '{}') || ('cc:' || (s.visible ->> 'country')) || ('vf:' || s.level), null),
         coalesce(o.labels, '{}'),
         coalesce(o.topics, '{}'),
         t.terms
           || setweight(agora.search_words(array[s.visible ->> 'shown_name']), 'A')
           || setweight(agora.search_words(array[s.visible ->> 'title', s.visible ->> 'organisation']), 'B')
           || setweight(coalesce(e.words, ''), 'C'),
         s.head::text,
         case when s.level > 0 then (s.verified ->> 'until')::timestamptz end
    from shown s
    join terms t on t.near = s.near and t.id = s.id
    left join expertise e on e.near = s.near and e.id = s.id
    left join topic o on o.near = s.near and o.id = s.id
   cross join lateral (
     select count(*)::integer as parts
       from (select jsonb_object_keys(s.visible - 'shown_name' - 'topics')
             union all select jsonb_object_keys(s.visible -> 'topics')) k) p
$$;
comment on function agora.search_rows is
  'The rows that agora.search must have for these accounts. What a member is found by (terms): words of name (A), role (B) and expertise (C); vf:N level at least N; cc: country; l: language; p: g: a: words of place, organisation, about; t: any topic or a wider one, x: i: s: o: the same as expertise, interest, seeking, offering; x= i= s= o= without wider ones.';

create or replace function agora.search_touch(account uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  had agora.search[];
  fresh agora.search[];
begin
  -- One at a time for a member: who comes second sees what the first one wrote.
  perform from agora.profile p where p.account_id = account for update;
  if not found then
    return;
  end if;
  if not pg_try_advisory_xact_lock_shared(hashtext('agora.search')) then
    -- A rebuild is running: nothing old may be seen meanwhile, the worker makes the new rows.
    perform agora.search_note(array(select s from agora.search s where s.account_id = account), '{}');
    delete from agora.search s where s.account_id = account;
    insert into agora.search_dirty (account_id) values (account) on conflict do nothing;
    return;
  end if;
  had := array(select s from agora.search s where s.account_id = account order by s.tier);
  fresh := array(select r from agora.search_rows(array[account]) r order by r.tier);
  if had = fresh then
    return;
  end if;
  perform agora.topic_use_change(had, fresh);
  perform agora.search_note(had, fresh);
  delete from agora.search s where s.account_id = account;
  insert into agora.search select f.* from unnest(fresh) f;
end $$;
comment on function agora.search_touch is
  'Makes a member''s search rows anew, in the transaction of the change: call after anything that cards or search show has changed.';

create or replace function agora.topic_use_change(had agora.search[], fresh agora.search[]) returns void
  language sql security definer set search_path = '' as $$
  insert into agora.topic_use as u (tier, concept_id, members)
  select d.tier, d.concept_id, sum(d.n)
    from (select h.tier, unnest(h.facets) as concept_id, -1 as n from unnest(had) h
          union all
          select f.tier, unnest(f.facets), 1 from unnest(fresh) f) d
   where d.concept_id !~ ':'
   group by d.tier, d.concept_id
  having sum(d.n) <> 0
   order by d.tier, d.concept_id
  on conflict (tier, concept_id) do update set members = u.members + excluded.members
$$;
comment on function agora.topic_use_change is 'Counts topics out of old search rows and in from new ones; in order, so that two members'' changes never wait for each other in a circle.';

create or replace function agora.search_refresh(most integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  account uuid;
  done integer := 0;
begin
  if not pg_try_advisory_xact_lock_shared(hashtext('agora.search')) then
    return 0;
  end if;
  insert into agora.search_dirty (account_id)
  select distinct s.account_id from agora.search s where s.until <= now()
  on conflict do nothing;
  for account in
    delete from agora.search_dirty d
     where d.account_id in (select w.account_id from agora.search_dirty w order by w.since limit most for update skip locked)
    returning d.account_id
  loop
    perform agora.search_touch(account);
    done := done + 1;
  end loop;
  return done;
end $$;
comment on function agora.search_refresh is 'Makes the rows of members in agora.search_dirty anew, the longest waiting first, and of those whose verification has lapsed; tells how many. The worker calls it until it gives 0.';

grant execute on function agora.search_refresh to agora_app;
