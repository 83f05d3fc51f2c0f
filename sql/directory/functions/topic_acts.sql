-- What admins do with topics: other names, another place, one in place of another, new ones. Each act locks
-- the concepts, checks, changes and audits; search rows that show them are made anew by the worker.

create or replace function agora.topic_admin(viewer uuid) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if viewer is not null and not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins keep topics.');
  end if;
end $$;
comment on function agora.topic_admin is 'Refuses who is no admin; null is an operator at the command line.';

create or replace function agora.topic_lock(wanted text, at text) returns agora.concept
  language plpgsql set search_path = '' as $$
declare
  c agora.concept;
begin
  select * into c from agora.concept where id = wanted for update;
  if not found or c.label is null and c.merged_into is null then
    if at is null then
      perform agora.fail('AG001');
    end if;
    perform agora.fail('AG004', at, 'There is no such topic.');
  end if;
  if c.merged_into is not null then
    perform agora.fail('AG004', at, format('This topic was merged into “%s”.', (select m.label from agora.concept m where m.id = c.merged_into)));
  end if;
  return c;
end $$;
comment on function agora.topic_lock is 'A topic, locked; refuses, by pointer, one that does not exist or has been merged.';

create or replace function agora.topic_dirty(concept text) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.search_dirty (account_id)
  select distinct t.account_id from agora.profile_topic t where t.concept_id = concept
  on conflict (account_id) do nothing;
  perform pg_notify('agora_search', '');
end $$;
comment on function agora.topic_dirty is 'Has the worker make the search rows anew of the members who show a topic.';

create or replace function agora.topic_label_check(given text, tongue text) returns text
  language plpgsql stable set search_path = '' as $$
declare
  tidy text := btrim(regexp_replace(given, '\s+', ' ', 'g'));
begin
  if tidy is null or length(tidy) not between 2 and 200 or not agora.is_clean(tidy) or agora.fold(tidy) = '' then
    perform agora.fail('AG004', '/label', 'Write a name of 2 to 200 characters, without control characters.');
  end if;
  if tongue is null or tongue !~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$' or length(tongue) > 35 then
    perform agora.fail('AG004', '/lang', 'This is not the code of a language, such as en or pt-br.');
  end if;
  return tidy;
end $$;
comment on function agora.topic_label_check is 'A label as it is kept, spaces tidied; refuses what is none.';

create or replace function agora.topic_label_put(concept text, tongue text, given text, wanted agora.label_kind) returns void
  language plpgsql set search_path = '' as $$
begin
  -- What was preferred before becomes another name; the same words are there once a language.
  if wanted = 'pref' then
    update agora.concept_label l set kind = 'alt', made_here = true
     where l.concept_id = concept and l.lang = tongue and l.kind = 'pref' and l.label <> given
       and not exists (select from agora.concept_label o where o.concept_id = concept and o.lang = tongue and o.kind = 'alt' and o.label = l.label);
  end if;
  delete from agora.concept_label l where l.concept_id = concept and l.lang = tongue and (l.folded = agora.fold(given) or wanted = 'pref' and l.kind = 'pref');
  insert into agora.concept_label (concept_id, lang, kind, label, folded, words, made_here)
  values (concept, tongue, wanted, given, agora.fold(given), to_tsvector('pg_catalog.simple', agora.fold(given)), true);
end $$;
comment on function agora.topic_label_put is 'Gives a topic a label, or an existing one another kind; the preferred one it displaces becomes alternative.';

create or replace function agora.topic_label_set(viewer uuid, wanted text, tongue text, given text, how text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.concept;
  called text;
begin
  perform agora.topic_admin(viewer);
  tongue := lower(tongue);
  called := agora.topic_label_check(given, tongue);
  c := agora.topic_lock(wanted, null);
  if how = 'none' then
    delete from agora.concept_label l where l.concept_id = c.id and l.lang = tongue and l.label = called;
    if not found then
      perform agora.fail('AG004', '/label', 'The topic has no such label in this language.');
    end if;
  else
    perform agora.topic_label_put(c.id, tongue, called, how::agora.label_kind);
  end if;
  if not exists (select from agora.concept_label l where l.concept_id = c.id and l.kind = 'pref') then
    perform agora.fail('AG004', '/label', 'A topic keeps at least one preferred name. Give it another one first.');
  end if;
  perform agora.topic_dirty(c.id);
  perform agora.audit(viewer, 'topic.label', 'concept', null, jsonb_build_object('topic', c.id, 'lang', tongue, 'label', called, 'kind', how));
  return agora.topic_kept(c.id);
end $$;
comment on function agora.topic_label_set is 'Adds a label, gives it another kind (pref, alt, hidden), or takes it away (none); the last preferred one stays.';

create or replace function agora.topic_place(viewer uuid, wanted text, above text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.concept;
begin
  perform agora.topic_admin(viewer);
  perform from agora.concept o where o.id in (wanted, above) order by o.id for update;
  c := agora.topic_lock(wanted, null);
  if above is not null then
    above := (agora.topic_lock(above, '/broader')).id;
    if above = c.id or exists (select from agora.concept_ancestor a where a.concept_id = above and a.ancestor_id = c.id) then
      perform agora.fail('AG004', '/broader', 'A topic cannot lie within itself, nor within one that lies within it.');
    end if;
  end if;
  delete from agora.concept_relation r where r.concept_id = c.id and r.link = 'broader';
  if above is not null then
    insert into agora.concept_relation (concept_id, link, other_id, made_here) values (c.id, 'broader', above, true);
  end if;
  update agora.concept k set top = above is null where k.id = c.id;
  perform agora.topic_close();
  perform agora.audit(viewer, 'topic.place', 'concept', null, jsonb_build_object('topic', c.id, 'broader', above));
  return agora.topic_kept(c.id);
end $$;
comment on function agora.topic_place is 'Puts a topic within another one, in place of those it was within; null: at the top of its scheme.';

create or replace function agora.topic_make(called text, tongue text, above text) returns text
  language plpgsql set search_path = '' as $$
declare
  made text := 'own-' || left(replace(gen_random_uuid()::text, '-', ''), 12);
begin
  if above is not null then
    above := (agora.topic_lock(above, '/broader')).id;
  end if;
  insert into agora.concept (id, scheme_id, top) values (made, 'own', above is null);
  perform agora.topic_label_put(made, tongue, called, 'pref');
  if above is not null then
    insert into agora.concept_relation (concept_id, link, other_id, made_here) values (made, 'broader', above, true);
  end if;
  insert into agora.concept_ancestor (concept_id, ancestor_id, distance)
  select made, made, 0
  union all
  select made, a.ancestor_id, a.distance + 1 from agora.concept_ancestor a where a.concept_id = above;
  update agora.concept c set trail = case when above is null then '{}' else b.trail || above end
    from (select coalesce((select o.trail from agora.concept o where o.id = above), '{}') as trail) b where c.id = made;
  return made;
end $$;
comment on function agora.topic_make is 'A new topic of the organisation''s own, within another one or at the top; its id.';

create or replace function agora.topic_add(viewer uuid, given text, tongue text, above text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  called text;
  same text;
  made text;
begin
  perform agora.topic_admin(viewer);
  tongue := lower(tongue);
  called := agora.topic_label_check(given, tongue);
  same := (select min(l.concept_id) from agora.concept_label l
            where l.words @@ plainto_tsquery('pg_catalog.simple', agora.fold(called)) and l.folded = agora.fold(called) and l.kind <> 'hidden');
  if same is not null then
    perform agora.fail('AG004', '/label', format('There is a topic of this name: “%s”.', (select c.label from agora.concept c where c.id = same)));
  end if;
  made := agora.topic_make(called, tongue, above);
  perform agora.audit(viewer, 'topic.add', 'concept', null, jsonb_build_object('topic', made, 'label', called, 'broader', above));
  return agora.topic_kept(made);
end $$;
comment on function agora.topic_add is 'Makes a topic of the organisation''s own; refuses a name that a topic has.';

create or replace function agora.topic_move_members(from_id text, into_id text) returns bigint
  language plpgsql set search_path = '' as $$
declare
  moved bigint;
begin
  perform agora.topic_dirty(from_id);
  -- In one order, as search_touch takes them, so that two acts never wait for each other in a circle.
  perform from agora.profile p
   where p.account_id in (select t.account_id from agora.profile_topic t where t.concept_id = from_id)
   order by p.account_id for update;
  update agora.profile p set version = version + 1
   where p.account_id in (select t.account_id from agora.profile_topic t where t.concept_id = from_id);
  get diagnostics moved = row_count;
  delete from agora.profile_topic t
   where t.concept_id = from_id
     and exists (select from agora.profile_topic o where o.account_id = t.account_id and o.kind = t.kind and o.concept_id = into_id);
  update agora.profile_topic t set concept_id = into_id where t.concept_id = from_id;
  return moved;
end $$;
comment on function agora.topic_move_members is 'Gives members who have a topic another one in its place, once a kind; tells how many members.';

create or replace function agora.topic_merge(viewer uuid, wanted text, target text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  f agora.concept;
  i agora.concept;
  moved bigint;
begin
  perform agora.topic_admin(viewer);
  perform from agora.concept o where o.id in (wanted, target) order by o.id for update;
  f := agora.topic_lock(wanted, null);
  i := agora.topic_lock(target, '/into');
  if f.id = i.id then
    perform agora.fail('AG004', '/into', 'Choose another topic.');
  end if;
  if exists (select from agora.concept_ancestor a
              where a.distance > 1 and (a.concept_id, a.ancestor_id) in ((f.id, i.id), (i.id, f.id))) then
    perform agora.fail('AG004', '/into', 'There are topics between these two. Move or merge those first.');
  end if;
  perform agora.topic_merge_links(f, i);
  perform agora.topic_merge_labels(f.id, i.id);
  moved := agora.topic_move_members(f.id, i.id);
  perform agora.topic_dirty(i.id);
  update agora.topic_proposal p set concept_id = i.id where p.concept_id = f.id;
  update agora.concept c set merged_into = i.id where c.id = f.id or c.merged_into = f.id;
  perform agora.topic_close();
  perform agora.audit(viewer, 'topic.merge', 'concept', null,
                      jsonb_build_object('topic', f.id, 'label', f.label, 'into', i.id, 'members', moved));
  return agora.topic_kept(i.id);
end $$;
comment on function agora.topic_merge is
  'Puts one topic in place of another: its labels become other names, its links and its members'' topics follow, its id goes on standing for the new one.';

create or replace function agora.topic_merge_links(f agora.concept, i agora.concept) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.concept_relation (concept_id, link, other_id, made_here)
  select m.concept_id, m.link, m.other_id, true
    from (select case r.concept_id when f.id then i.id else r.concept_id end as concept_id, r.link,
                 case r.other_id when f.id then i.id else r.other_id end as other_id
            from agora.concept_relation r where f.id in (r.concept_id, r.other_id)) m
   where m.concept_id <> m.other_id
     -- The one that stays keeps its place; it takes the other's only when it has none.
     and not (m.link = 'broader' and m.concept_id = i.id
              and (i.top or exists (select from agora.concept_relation h
                                     where h.concept_id = i.id and h.link = 'broader' and h.other_id <> f.id)))
  on conflict do nothing;
  delete from agora.concept_relation r where f.id in (r.concept_id, r.other_id);
end $$;
comment on function agora.topic_merge_links is 'The links of a topic, as links of the one that takes its place.';

create or replace function agora.topic_merge_labels(from_id text, into_id text) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.concept_label (concept_id, lang, kind, label, folded, words, made_here)
  select into_id, l.lang,
         case when l.kind = 'pref' and exists (select from agora.concept_label h where h.concept_id = into_id and h.lang = l.lang and h.kind = 'pref')
              then 'alt' else l.kind end, l.label, l.folded, l.words, true
    from agora.concept_label l
   where l.concept_id = from_id
     and not exists (select from agora.concept_label h where h.concept_id = into_id and h.lang = l.lang and h.folded = l.folded)
  on conflict do nothing;
  delete from agora.concept_label l where l.concept_id = from_id;
end $$;
comment on function agora.topic_merge_labels is 'The labels of a topic, as labels of the one that takes its place: preferred where that has none in the language.';

grant execute on function agora.topic_label_set, agora.topic_place, agora.topic_add, agora.topic_merge to agora_app;
