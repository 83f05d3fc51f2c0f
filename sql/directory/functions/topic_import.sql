-- Import of a taxonomy given as rows of (concept, broader concept): batches, then the closure. It can be
-- repeated: what is there is brought up to date, nothing is removed, since members may use it.

create or replace function agora.topic_import(scheme text, given text) returns table (added bigint, changed bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  batch jsonb := given::jsonb;
begin
  with fresh as (
    insert into agora.concept (id, scheme_id, notation)
    select r.id, scheme, r.notation from jsonb_to_recordset(batch) r (id text, notation text)
    on conflict (id) do nothing
    returning id)
  select count(*) into added from fresh;

  -- A label that changed: members whose search rows show it are made anew by the worker.
  with renamed as (
    update agora.concept_label l
       set label = r.label, folded = agora.fold(r.label), words = to_tsvector('pg_catalog.simple', agora.fold(r.label))
      from jsonb_to_recordset(batch) r (id text, label text)
     where l.concept_id = r.id and l.lang = 'en' and l.kind = 'pref' and l.label <> r.label
    returning l.concept_id),
  later as (
    insert into agora.search_dirty (account_id)
    select distinct t.account_id from agora.profile_topic t join renamed n on n.concept_id = t.concept_id
    on conflict (account_id) do nothing)
  select count(*) into changed from renamed;

  insert into agora.concept_label (concept_id, lang, kind, label, folded, words)
  select r.id, 'en', 'pref'::agora.label_kind, r.label, agora.fold(r.label), to_tsvector('pg_catalog.simple', agora.fold(r.label))
    from jsonb_to_recordset(batch) r (id text, label text)
   where not exists (select from agora.concept_label l where l.concept_id = r.id and l.lang = 'en' and l.kind = 'pref');

  delete from agora.concept_relation o
   using jsonb_to_recordset(batch) r (id text, broader text)
   where o.concept_id = r.id and o.link = 'broader' and o.other_id is distinct from r.broader;
  insert into agora.concept_relation (concept_id, link, other_id)
  select r.id, 'broader'::agora.concept_link, r.broader
    from jsonb_to_recordset(batch) r (id text, broader text)
   where r.broader is not null
  on conflict do nothing;
  return next;
end $$;
comment on function agora.topic_import is
  'Brings a batch of concepts in: JSON list of {id, notation, label, broader}, each id once; a broader one comes in an earlier batch or the same. Follow with agora.topic_close.';

create or replace function agora.topic_close() returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  moved bigint;
begin
  with recursive up (concept_id, ancestor_id, distance) as (
    select c.id, c.id, 0 from agora.concept c
    union
    select u.concept_id, r.other_id, u.distance + 1
      from up u
      join agora.concept_relation r on r.concept_id = u.ancestor_id and r.link = 'broader'
     where u.distance < 20),
  closed as (
    select u.concept_id, u.ancestor_id, min(u.distance) as distance from up u group by 1, 2),
  gone as (
    delete from agora.concept_ancestor a
     where not exists (select from closed c where c.concept_id = a.concept_id and c.ancestor_id = a.ancestor_id)
    returning a.concept_id),
  made as (
    insert into agora.concept_ancestor as had (concept_id, ancestor_id, distance)
    select c.concept_id, c.ancestor_id, c.distance from closed c
    on conflict (concept_id, ancestor_id) do update set distance = excluded.distance where had.distance <> excluded.distance
    returning concept_id),
  -- Who shows a topic whose place in the tree changed is found by other topics than before.
  later as (
    insert into agora.search_dirty (account_id)
    select distinct t.account_id
      from agora.profile_topic t
     where t.concept_id in (select g.concept_id from gone g union all select m.concept_id from made m)
    on conflict (account_id) do nothing
    returning account_id)
  select count(*) into moved from later;
  analyze agora.concept, agora.concept_label, agora.concept_relation, agora.concept_ancestor;
  perform pg_notify('agora_search', '');
  return moved;
end $$;
comment on function agora.topic_close is 'Makes the closure of "broader" anew; tells how many members'' search rows wait to be made anew for it.';

grant execute on function agora.topic_import, agora.topic_close to agora_app;
