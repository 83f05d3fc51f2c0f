-- Facets: how the results divide. Of few results all are counted; of many a random sample is, and the
-- counts are said to be estimates; never a member whom, or a value that, the viewer may not see.

create or replace function agora.search_facets_all(near agora.tier, q tsquery, hidden uuid[], most integer, others text) returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  return agora.search_facets_told(
    concat_ws(' ', (select string_agg(array_to_string(m.facets, ' '), ' ')
                      from (select r.facets from agora.search r
                             where r.tier = near and r.terms @@ q and r.account_id <> all (hidden)
                             limit most) m), others), 1, 1);
end $$;
comment on function agora.search_facets_all is 'Facets of all that match, when they are known to be no more than most, and of others: what facets count of the contacts who match.';

create or replace function agora.search_sampled(
    near agora.tier, q tsquery, hidden uuid[], enough integer, out n integer, out codes text, out scale numeric)
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  found integer;
  more text;
begin
  n := 0;
  -- Part by part, until enough members of the sample match.
  for i in 1 .. 7 loop
    select count(*), string_agg(array_to_string(m.facets, ' '), ' ') into found, more
      from agora.search_sample m
     where m.part = i and m.tier = near and m.terms @@ q and m.account_id <> all (hidden);
    n := n + found;
    codes := concat_ws(' ', codes, more);
    if n >= enough or i = 7 then
      scale := (select 16777216.0 / greatest(h.share >> (7 - i), 1) from agora.search_share h);
      exit;
    end if;
  end loop;
end $$;
comment on function agora.search_sampled is
  'How many members of the sample match, in as many parts of it as it takes for enough; what facets count of them, with a space between; and for how many members each of them stands.';

create or replace function agora.search_facets_told(codes text, least_counted integer, scale numeric) returns text
  language plpgsql stable
  -- Labels by their index: ten are wanted, whatever the planner believes.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off as $$
declare
  times constant double precision := scale;
  topics text;
  countries text;
  levels text;
begin
  -- Of a sample two digits are told: more would be made up. Under three that were counted, none is.
  with f as materialized (
    select v.code, v.n, round(v.n * times / v.unit) * v.unit as told
      from (select c.code, c.n, case when times > 1 then 10 ^ greatest(floor(log(c.n * times)) - 1, 0) else 1 end as unit
              from (select o.code collate "C" as code, count(*)::integer as n
                      from unnest(string_to_array(codes, ' ')) o (code)
                     group by 1 having count(*) >= least_counted) c) v),
  held as materialized (
    select l.level, l.label, h.n, case when times > 1 then 10 ^ greatest(floor(log(h.n * times)) - 1, 0) else 1 end as unit
      from agora.level l
     cross join lateral (select sum(f.n)::integer as n from f where f.code between 'vf:' || l.level and 'vf:9') h
     where l.offered and h.n >= least_counted)
  select (select string_agg('{"value": "' || t.code || '", "label": ' || to_json(agora.topic_label(t.code))
                            || case when t.n < 3 then '}' else ', "count": ' || t.told || '}' end, ', ' order by t.n desc, t.code)
            from (select f.code, f.n, f.told from f where strpos(f.code, ':') = 0 order by f.n desc, f.code limit 10) t
            where exists (select from agora.concept c where c.id = t.code collate "default" and c.label is not null)),
         (select string_agg('{"value": "' || w.code || '", "label": ' || to_json(w.name)
                            || case when t.n < 3 then '}' else ', "count": ' || t.told || '}' end, ', ' order by t.n desc, t.code)
            from (select substr(f.code, 4) as code, f.n, f.told from f where starts_with(f.code, 'cc:') order by f.n desc, f.code limit 10) t
            join agora.country w on w.code = t.code collate "default"),
         (select string_agg('{"value": "' || h.level || '", "label": ' || to_json(h.label)
                            || case when h.n < 3 then '}' else ', "count": ' || round(h.n * times / h.unit) * h.unit || '}' end, ', '
                            order by h.level)
            from held h)
    into topics, countries, levels;
  return '{"topic": [' || coalesce(topics, '') || '], "country": [' || coalesce(countries, '') || '], "level": [' || coalesce(levels, '')
    || '], "estimated": ' || (scale > 1) || '}';
end $$;
comment on function agora.search_facets_told is
  'Facets as JSON, of codes with a space between, those that were counted at least so often; scale: for how many members one of those counted stands. The counts of levels are of at least that level.';
