-- Search rows: made from what is visible at a tier and nothing else, kept in step with profiles.

create or replace function agora.search_terms(visible jsonb, level integer) returns tsvector
  language sql stable set search_path = '' as $$
  select array_to_tsvector(array(
           select 'vf:' || n from generate_series(0, level) n
           union select 'cc:' || lower(visible ->> 'country') where visible ? 'country'
           union select 'l:' || lower(l.code) from jsonb_array_elements_text(visible -> 'languages') l (code)
           union select 'l:' || lower(split_part(l.code, '-', 1)) from jsonb_array_elements_text(visible -> 'languages') l (code)
           union select f.prefix || w.word
             from (values ('p:', concat_ws(' ', visible ->> 'place', (select c.name from agora.country c where c.code = visible ->> 'country'))),
                          ('g:', visible ->> 'organisation'),
                          ('a:', concat_ws(' ', visible ->> 'headline', visible ->> 'about'))) f (prefix, body),
                  string_to_array(agora.fold(f.body), ' ') ws, unnest(ws) w (word)
            where length(w.word) <= 60
           union select p.prefix || lower(a.ancestor_id)
             from agora.visible_concepts(visible) v
             join agora.concept_ancestor a on a.concept_id = v.concept_id
            cross join lateral (values ('t:'), (v.letter || ':')) p (prefix)
           union select v.letter || '=' || lower(v.concept_id) from agora.visible_concepts(visible) v))
         || setweight(agora.search_words(array[visible ->> 'shown_name']), 'A')
         || setweight(agora.search_words(array[visible ->> 'title', visible ->> 'organisation']), 'B')
         || setweight(agora.search_words(array(
              select l.label
                from agora.visible_concepts(visible) v
                join agora.concept_label l on l.concept_id = v.concept_id
               where v.letter = 'x')), 'C')
$$;
comment on function agora.search_terms is
  'What a member is found by: free words (name A, role B, expertise C) and terms. vf:N level at least N; cc: country; l: language; p: g: a: words of place, organisation, about; t: any topic or wider, x: i: s: o: the same as expertise, interest, seeking, offering; x= i= s= o= without wider ones.';

create or replace function agora.visible_concepts(visible jsonb) returns table (letter text, concept_id text)
  language sql immutable set search_path = '' as $$
  select k.letter, t.topic ->> 'id'
    from (values ('x', 'expertise'), ('i', 'interest'), ('s', 'seeking'), ('o', 'offering')) k (letter, kind),
         jsonb_array_elements(visible -> 'topics' -> k.kind) t (topic)
$$;
comment on function agora.visible_concepts is 'The topics of a visible profile with the letter of their kind.';

create or replace function agora.search_words(fields text[]) returns tsvector
  language sql stable set search_path = '' as $$
  -- A word between the fields, then taken out, leaves a gap: no phrase reaches from one into the next.
  select ts_delete(to_tsvector('pg_catalog.simple', coalesce(string_agg(agora.fold(f.field), ' x0gap0x ' order by f.n), '')), 'x0gap0x')
    from unnest(fields) with ordinality f (field, n)
$$;
comment on function agora.search_words is 'The words of several fields with their positions.';

create or replace function agora.search_rows(accounts uuid[]) returns setof agora.search
  language sql stable security definer set search_path = '' as $$
  select n.near,
         least(m.level, 4) * 12000 + least(p.parts, 10) * 1000 + (hashtextextended(a.id::text, 0) & 4095)::integer,
         a.id,
         m.level,
         v.visible ->> 'country',
         c.concepts,
         c.labels,
         c.topics,
         agora.search_terms(v.visible, m.level),
         h.head::text,
         case when m.level > 0 then (h.head #>> '{verified,until}')::timestamptz end
    from unnest(accounts) w (id)
    join agora.account a on a.id = w.id and a.state = 'active'
   cross join lateral (select agora.member_level(a.id)::smallint as level offset 0) m
   cross join (values ('public'::agora.tier), ('members')) n (near)
   cross join lateral (select agora.profile_visible(a.id, n.near) as visible offset 0) v
   cross join lateral (select agora.card_head(a.id, v.visible) as head offset 0) h
   cross join lateral (
     select coalesce(array_agg(t.topic ->> 'id' order by t.place), '{}') as concepts,
            coalesce(array_agg(' ' || agora.fold(t.topic ->> 'label') order by t.place), '{}') as labels,
            coalesce(array_agg(t.topic::text order by t.place), '{}') as topics
       from jsonb_array_elements(agora.card_topics(v.visible)) with ordinality t (topic, place)) c
   cross join lateral (
     select count(*)::integer as parts
       from (select jsonb_object_keys(v.visible - 'shown_name' - 'topics')
             union all select jsonb_object_keys(v.visible -> 'topics')) k) p
   where v.visible is not null
$$;
comment on function agora.search_rows is 'The rows that agora.search must have for these accounts.';

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
  delete from agora.search s where s.account_id = account;
  insert into agora.search select f.* from unnest(fresh) f;
end $$;
comment on function agora.search_touch is
  'Makes a member''s search rows anew, in the transaction of the change: call after anything that cards or search show has changed.';

create or replace function agora.topic_use_change(had agora.search[], fresh agora.search[]) returns void
  language sql security definer set search_path = '' as $$
  insert into agora.topic_use as u (tier, concept_id, members)
  select d.tier, d.concept_id, sum(d.n)
    from (select h.tier, unnest(h.concepts) as concept_id, -1 as n from unnest(had) h
          union all
          select f.tier, unnest(f.concepts), 1 from unnest(fresh) f) d
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
