-- Completion of what is typed into the search box: topics, members by their names, places, in one look.

create or replace function agora.search_names(near agora.tier, q tsquery, hidden uuid[], most integer) returns jsonb
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  s agora.search_stratum;
  cards text[] := '{}';
begin
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    exit when cardinality(cards) >= most;
    cards := cards || array(
      select r.card
        from agora.search r
       where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
         and r.account_id <> all (hidden)
       order by r.quality desc, r.account_id desc
       limit most - cardinality(cards));
  end loop;
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                      'handle', c.card::jsonb -> 'handle', 'shown_name', c.card::jsonb -> 'shown_name',
                      'organisation', c.card::jsonb -> 'organisation')) order by c.n), '[]')
      from unnest(cards) with ordinality c (card, n));
end $$;
comment on function agora.search_names is 'The best members that match, as completion shows them (openapi: Completion).';

create or replace function agora.search_complete(viewer uuid, typed text, most integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  near agora.tier := agora.search_tier(viewer);
  words text[] := string_to_array(agora.fold(typed), ' ');
  q tsquery;
  members jsonb := '[]';
begin
  if words = '{}' then
    return '{"topics": [], "members": [], "places": []}';
  end if;
  -- One letter begins too many names to be of help.
  if length(array_to_string(words, '')) >= 2 then
    select agora.search_query(string_agg(E'\001n:' || w || E'\001:*', ' & ')) into q from unnest(words) w;
    members := agora.search_names(near, q, case when near = 'public' then '{}' else agora.search_hidden(viewer) end, most);
  end if;
  return '{"topics": ' || (agora.topic_complete(viewer, typed, most)::jsonb -> 'items')::text
    || ', "members": ' || members::text
    || ', "places": ' || agora.place_complete(typed, most)::text || '}';
end $$;
comment on function agora.search_complete is
  'Topics, members whom the viewer may see, and places that begin as was typed, so many of each at most (openapi: Completion).';

grant execute on function agora.search_complete to agora_app;
