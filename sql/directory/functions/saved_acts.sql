-- Saved searches as their member handles them. C takes each apart with the parser of every search, and
-- hands its tsquery along where results are looked at.

create or replace function agora.saved_of(viewer uuid, wanted uuid) returns agora.saved_search
  language plpgsql stable security definer set search_path = '' as $$
declare
  s agora.saved_search;
begin
  select * into s from agora.saved_search d where d.id = wanted and d.account_id = viewer;
  if not found then
    perform agora.fail('AG001');
  end if;
  return s;
end $$;
comment on function agora.saved_of is 'A saved search of the viewer''s own.';

create or replace function agora.saved_mine(viewer uuid) returns setof agora.saved_search
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select s.* from agora.saved_search s where s.account_id = viewer order by s.id desc;
end $$;
comment on function agora.saved_mine is 'The viewer''s saved searches, the latest first.';

create or replace function agora.saved_new(s agora.saved_search, query text) returns uuid[]
  language plpgsql stable set search_path = '' as $$
begin
  return agora.search_shows(s.account_id, agora.search_query(query), array(
    select t.account_id from agora.saved_search_told t
     where t.search_id = s.id and t.at > s.looked_at order by t.at desc, t.account_id));
end $$;
comment on function agora.saved_new is 'Whom a saved search has told of since its member looked, and would show now.';

create or replace function agora.saved_json(s agora.saved_search, query text, problem text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', s.id,
    'name', s.name,
    'q', s.q,
    'topics', coalesce((select jsonb_agg(agora.topic_json(t.id) order by t.place)
                          from unnest(s.topics) with ordinality t (id, place) join agora.concept c on c.id = t.id), '[]'),
    'countries', to_jsonb(s.countries),
    'level', s.level,
    'near', s.near,
    'km', s.km,
    'place', agora.place_detail(s.near)::jsonb,
    'every', s.every,
    'by_mail', s.by_mail,
    'paused', s.paused,
    'new', case when query is null then 0 else cardinality(agora.saved_new(s, query)) end,
    'problem', problem,
    'created_at', agora.ts(s.created_at),
    'next_at', agora.ts(s.due_at),
    'alerted_at', agora.ts(s.alerted_at)));
end $$;
comment on function agora.saved_json is 'A saved search (schema SavedSearch); query is the tsquery composed of it, null when it cannot be understood any more and problem says why.';

create or replace function agora.saved_list(viewer uuid, ids uuid[], queries text[], problems text[]) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'most', agora.policy_int('search.saved'),
      'items', coalesce(jsonb_agg(agora.saved_json(s, n.query, n.problem) order by s.id desc), '[]'))::text
      from unnest(ids, queries, problems) w (id, typed, why)
     cross join lateral (select nullif(w.typed, '') as query, nullif(w.why, '') as problem) n
      join agora.saved_search s on s.id = w.id and s.account_id = viewer);
end $$;
comment on function agora.saved_list is 'The viewer''s saved searches with what is new in each (schema SavedSearchList); no query or no problem is an empty text.';

create or replace function agora.saved_name_free(viewer uuid, wanted text, but uuid) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if exists (select from agora.saved_search s where s.account_id = viewer and s.name = wanted and s.id is distinct from but) then
    perform agora.fail('AG004', '/name', 'You have a saved search of this name. Choose another one.');
  end if;
end $$;
comment on function agora.saved_name_free is 'Refuses a name that another saved search of the member has.';

create or replace function agora.saved_add(
    viewer uuid, wanted text, of_q text, of_topics text[], of_countries text[], of_level smallint, of_near text, of_km integer,
    how_often text, mail boolean, query text)
  returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  s agora.saved_search;
begin
  -- One at a time for a member, so that the limit holds.
  perform from agora.account a where a.id = viewer for update;
  if (select count(*) from agora.saved_search d where d.account_id = viewer) >= agora.policy_int('search.saved') then
    perform agora.fail('AG003', null, 'You have saved as many searches as you may. Delete one that you no longer need.');
  end if;
  perform agora.saved_name_free(viewer, wanted, null);
  insert into agora.saved_search (account_id, name, q, topics, countries, level, near, km, every, by_mail, due_at)
  values (viewer, wanted, coalesce(of_q, ''), of_topics, array(select upper(c) from unnest(of_countries) c), nullif(of_level, 0),
          (agora.place_named(of_near)).id, of_km, coalesce(how_often, 'weekly')::agora.alert_every, coalesce(mail, true), agora.saved_next(coalesce(how_often, 'weekly')::agora.alert_every))
  returning * into s;
  -- Who matches by a change of the last minutes is among the results already.
  insert into agora.saved_search_told (search_id, account_id)
  select s.id, f.id from unnest(agora.saved_news(s, agora.search_query(query), null)) f (id);
  return agora.saved_json(s, query, null)::text;
end $$;
comment on function agora.saved_add is
  'Saves a search, whose results now count as known (schema SavedSearch). how_often: never, daily or weekly, weekly when null.';

create or replace function agora.saved_patch(viewer uuid, wanted uuid, patch jsonb, query text, problem text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  s agora.saved_search;
  waited boolean;
begin
  perform agora.saved_of(viewer, wanted);
  select * into s from agora.saved_search d where d.id = wanted for update;
  waited := s.due_at is not null;
  if patch ? 'name' then
    perform agora.saved_name_free(viewer, patch ->> 'name', wanted);
  end if;
  s.name := coalesce(patch ->> 'name', s.name);
  s.paused := coalesce((patch ->> 'paused')::boolean, s.paused);
  s.by_mail := coalesce((patch ->> 'by_mail')::boolean, s.by_mail);
  s.every := coalesce((patch ->> 'every')::agora.alert_every, s.every);
  update agora.saved_search u
     set name = s.name, paused = s.paused, by_mail = s.by_mail, every = s.every,
         due_at = case when s.paused or s.every = 'never' then null
                       when waited then least(u.due_at, agora.saved_next(s.every)) else agora.saved_next(s.every) end,
         -- What came while it did not look is not told of afterwards.
         mark = case when waited then u.mark else now() end
   where u.id = wanted
  returning * into s;
  return agora.saved_json(s, query, problem)::text;
end $$;
comment on function agora.saved_patch is
  'Renames, pauses or resumes a saved search, or changes how often and whether by e-mail it tells (schema SavedSearch). What came during a pause is not told of.';

create or replace function agora.saved_delete(viewer uuid, wanted uuid) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  perform agora.saved_of(viewer, wanted);
  delete from agora.saved_search s where s.id = wanted;
end $$;
comment on function agora.saved_delete is 'Deletes a saved search, and whom it has told of.';

create or replace function agora.saved_members(viewer uuid, wanted uuid, query text, most integer, out page text, out wait integer)
  language plpgsql volatile security definer set search_path = '' as $$
declare
  s agora.saved_search := agora.saved_of(viewer, wanted);
  shown uuid[];
begin
  shown := (agora.search_shows(viewer, agora.search_query(query), array(
    select t.account_id from agora.saved_search_told t
     where t.search_id = wanted and t.at is not null order by t.at desc, t.account_id limit 200)))[:most];
  wait := agora.search_spend(viewer, null, array(
    select coalesce(agora.met_as(viewer, a.id), a.handle) from agora.account a where a.id = any (shown)));
  if wait > 0 then
    return;
  end if;
  page := (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object('card', c.card, 'at', agora.ts(t.at), 'new', t.at > s.looked_at)
                                                          order by t.at desc, w.place), '[]'))::text
      from unnest(shown) with ordinality w (id, place)
      join agora.saved_search_told t on t.search_id = wanted and t.account_id = w.id
     cross join lateral (select agora.member_card(viewer, w.id) as card) c
     where c.card is not null);
end $$;
comment on function agora.saved_members is
  'Whom a saved search has told of and would show now, the latest first (schema SavedSearchMembers); they count among the people that the viewer may see in a day: without a page, wait is how many seconds to wait.';

create or replace function agora.saved_looked(viewer uuid, wanted uuid) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  perform agora.saved_of(viewer, wanted);
  update agora.saved_search s set looked_at = now() where s.id = wanted;
  perform agora.event_add(viewer, 'saved_search', wanted);
end $$;
comment on function agora.saved_looked is 'The member has looked at what a saved search found: nobody of them is new any more.';

grant execute on function agora.saved_of(uuid, uuid), agora.saved_mine(uuid), agora.saved_list(uuid, uuid[], text[], text[]),
  agora.saved_add(uuid, text, text, text[], text[], smallint, text, integer, text, boolean, text), agora.saved_patch(uuid, uuid, jsonb, text, text),
  agora.saved_delete(uuid, uuid), agora.saved_members(uuid, uuid, text, integer), agora.saved_looked(uuid, uuid) to agora_app;
