-- Facets: how the results divide. Of few results all are counted; of many a random sample is, and the
-- counts are said to be estimates; never a member whom, or a value that, the viewer may not see.

create or replace function agora.search_facets_all(near agora.tier, q tsquery, hidden uuid[], most integer) returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  return agora.search_facets_told(
    (select string_agg(array_to_string(m.facets, ' '), ' ')
       from (select r.facets from agora.search r
              where r.tier = near and r.terms @@ q and r.account_id <> all (hidden)
              limit most) m), 1, 1);
end $$;
comment on function agora.search_facets_all is 'Facets of all that match, when they are known to be no more than most.';

create or replace function agora.search_facets_sample(near agora.tier, q tsquery, hidden uuid[], enough integer) returns text
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  codes text := '';
  more text;
  n integer;
  total integer := 0;
begin
  -- Part by part, until enough members of the sample match.
  for i in 1 .. 4 loop
    select count(*), string_agg(array_to_string(m.facets, ' '), ' ') into n, more
      from agora.search_sample m
     where m.part = i and m.tier = near and m.terms @@ q and m.account_id <> all (hidden);
    total := total + n;
    codes := concat_ws(' ', nullif(codes, ''), more);
    if total >= enough or i = 4 then
      return agora.search_facets_told(codes, 3, (select 16777216.0 / (h.share / 4 ^ (4 - i))::integer from agora.search_share h));
    end if;
  end loop;
end $$;
comment on function agora.search_facets_sample is 'Facets of many that match, as estimates from as many members of the sample as make them good enough.';

create or replace function agora.search_facets_told(codes text, least_counted integer, scale numeric) returns text
  language plpgsql stable
  -- Labels by their index: ten are wanted, whatever the planner believes.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off as $$
declare
  topics text;
  countries text;
  levels text;
begin
  with f as materialized (
    select v.code, count(*)::integer as n
      from (select c.code collate "C" as code from unnest(string_to_array(codes, ' ')) c (code)) v
     group by v.code having count(*) >= least_counted or starts_with(v.code, 'vf:'))
  select (select string_agg('{"value": "' || t.code || '", "label": ' || to_json(l.label) || agora.search_facet_count(t.n, scale) || '}', ', '
                            order by t.n desc, t.code)
            from (select f.code, f.n from f where strpos(f.code, ':') = 0 order by f.n desc, f.code limit 10) t
            join agora.concept_label l on l.concept_id = t.code collate "default" and l.lang = 'en' and l.kind = 'pref'),
         (select string_agg('{"value": "' || w.code || '", "label": ' || to_json(w.name) || agora.search_facet_count(t.n, scale) || '}', ', '
                            order by t.n desc, t.code)
            from (select substr(f.code, 4) as code, f.n from f where starts_with(f.code, 'cc:') order by f.n desc, f.code limit 10) t
            join agora.country w on w.code = t.code collate "default"),
         (select string_agg('{"value": "' || l.level || '", "label": ' || to_json(l.label) || agora.search_facet_count(h.n, scale) || '}', ', '
                            order by l.level)
            from agora.level l
           cross join lateral (select sum(f.n)::integer as n from f where f.code between 'vf:' || l.level and 'vf:9') h
           where l.offered and h.n >= least_counted)
    into topics, countries, levels;
  return '{"topic": [' || coalesce(topics, '') || '], "country": [' || coalesce(countries, '') || '], "level": [' || coalesce(levels, '')
    || '], "estimated": ' || (scale > 1) || '}';
end $$;
comment on function agora.search_facets_told is
  'Facets as JSON, of codes with a space between, those that were counted at least so often; scale: for how many members one of those counted stands. The counts of levels are of at least that level.';

create or replace function agora.search_facet_count(n integer, scale numeric) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  -- Of a sample two digits are told: more would be made up. Under three that were counted, none is.
  return case when n < 3 then ''
              when scale > 1 then ', "count": ' || round(n * scale, 1 - floor(log(n * scale))::integer)::integer
              else ', "count": ' || n end;
end $$;
comment on function agora.search_facet_count is 'The count of a facet; one under three is not told.';

create or replace function agora.search_facets(near agora.tier, q tsquery, hidden uuid[], total integer, ceiling integer) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when total <= ceiling then agora.search_facets_all(near, q, hidden, ceiling)
              else agora.search_facets_sample(near, q, hidden, 100) end;
end $$;
comment on function agora.search_facets is 'Facets with their counts: exact up to ceiling results, estimates beyond.';
