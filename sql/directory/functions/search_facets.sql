-- Facets: how the results divide. Of few results all are counted; of many a random sample is, and the
-- counts are said to be estimates; never a member whom, or a value that, the viewer may not see.

create or replace function agora.search_codes(near agora.tier, q tsquery, hidden uuid[], most integer, out n integer, out codes text)
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  select count(*), string_agg(array_to_string(m.facets, ' '), ' ') into n, codes
    from (select r.facets from agora.search r
           where r.tier = near and r.terms @@ q and r.account_id <> all (hidden)
           limit most) m;
end $$;
comment on function agora.search_codes is 'How many match, counted up to most, and what facets count of them, with a space between.';

create or replace function agora.search_codes_of(near agora.tier, hits agora.search_hit[], hidden uuid[], out n integer, out codes text)
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  -- One by one: each look opens the one stratum that has the row.
  select count(*), string_agg(array_to_string(r.facets, ' '), ' ') into n, codes
    from unnest(hits) h
   cross join lateral (
     select s.facets from agora.search s
      where s.tier = near and s.quality = h.quality and s.account_id = h.account_id and s.account_id <> all (hidden) offset 0) r;
end $$;
comment on function agora.search_codes_of is 'The same as agora.search_codes, of members who are known to match: they need not be looked for again.';

create or replace function agora.search_count(near agora.tier, q tsquery, hidden uuid[], most integer) returns integer
  language plpgsql stable
  -- One plan for all queries, by the indexes; which stratum it reads is pruned when it runs.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  s agora.search_stratum;
  total integer := 0;
begin
  for s in select * from agora.search_stratum t where t.tier = near order by t.number loop
    total := total + (select count(*) from (select from agora.search r
                                             where r.tier = near and r.quality >= s.low and r.quality < s.high and r.terms @@ q
                                               and r.account_id <> all (hidden)
                                             limit most - total) m);
    exit when total >= most;
  end loop;
  return total;
end $$;
comment on function agora.search_count is 'How many match, counted up to most.';

create or replace function agora.search_sampled(
    near agora.tier, q tsquery, hidden uuid[], enough integer, out n integer, out codes text, out scale double precision)
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  h agora.search_share := (select o from agora.search_share o);
  found integer;
  more text;
begin
  n := 0;
  -- Part by part, until enough members of the sample match, or so few of an eighth of it that all of it will not do.
  for i in h.first .. 10 loop
    select count(*), string_agg(array_to_string(m.facets, ' '), ' ') into found, more
      from agora.search_sample m
     where m.part >= case when i = h.first then 1 else i end and m.part <= i
       and m.tier = near and m.terms @@ q and m.account_id <> all (hidden);
    n := n + found;
    codes := concat_ws(' ', codes, more);
    if n >= enough or i = 10 or i >= 7 and n < i - 5 then
      scale := 16777216::double precision / greatest(h.share >> (10 - i), 1);
      exit;
    end if;
  end loop;
end $$;
comment on function agora.search_sampled is
  'How many members of the sample match, in as many parts of it as it takes for enough; what facets count of them, with a space between; and for how many members each of them stands.';

create or replace function agora.search_facets_told(codes text, least_counted integer, scale double precision) returns text
  language plpgsql stable
  -- Labels by their index: ten are wanted, whatever the planner believes.
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off as $$
declare
  translated constant boolean := agora.languages() <> '{}';
  topics text;
  countries text;
  levels text;
begin
  with f as materialized (
    select o.code collate "C" as code, count(*)::integer as n
      from (select unnest(string_to_array(codes, ' ')) as code) o
     group by 1 having count(*) >= least_counted),
  topic as (select f.code, f.n from f where strpos(f.code, ':') = 0 order by f.n desc, f.code limit 10),
  country as (select substr(f.code, 4) as code, f.n from f where starts_with(f.code, 'cc:') order by f.n desc, f.code limit 10),
  checked as materialized (select substr(f.code, 4)::integer as level, f.n from f where starts_with(f.code, 'vf:')),
  chosen as (
    select 1 as facet, t.code, case when translated then agora.topic_label(l.id) else l.label end as label, t.n
      from topic t join agora.concept l on l.id = t.code collate "default" and l.label is not null
    union all
    select 2, w.code, w.name, t.n from country t join agora.country w on w.code = t.code collate "default"
    union all
    select 3, l.level::text, l.label, h.n
      from agora.level l
     cross join lateral (select sum(c.n)::integer as n from checked c where c.level >= l.level) h
     where l.offered and h.n >= least_counted),
  told as (
    -- Of a sample two digits are told: more would be made up. Under three that were counted, none is.
    select c.facet, c.code, c.n,
           '{"value": "' || c.code || '", "label": ' || to_json(c.label)
             || case when c.n < 3 then '}' else ', "count": ' || round(c.n * scale / u.unit) * u.unit || '}' end as entry
      from chosen c
     cross join lateral (select case when scale > 1 then 10 ^ greatest(floor(log(c.n * scale)) - 1, 0) else 1 end as unit) u)
  select string_agg(t.entry, ', ' order by t.n desc, t.code) filter (where t.facet = 1),
         string_agg(t.entry, ', ' order by t.n desc, t.code) filter (where t.facet = 2),
         string_agg(t.entry, ', ' order by t.code) filter (where t.facet = 3)
    into topics, countries, levels
    from told t;
  return '{"topic": [' || coalesce(topics, '') || '], "country": [' || coalesce(countries, '') || '], "level": [' || coalesce(levels, '')
    || '], "estimated": ' || (scale > 1) || '}';
end $$;
comment on function agora.search_facets_told is
  'Facets as JSON, of codes with a space between, those that were counted at least so often; scale: for how many members one of those counted stands. The counts of levels are of at least that level.';

create or replace function agora.search_told(
    near agora.tier, q tsquery, hidden uuid[], theirs agora.search_contact[], few agora.search_hit[], ceiling integer,
    out total integer, out exact boolean, out facets text)
  language plpgsql stable set search_path = '' as $$
declare
  countable constant integer := 1000; -- from here on the total is "or more"
  sampled record;
  all_of_them record;
  low double precision;
begin
  if few is null then
    sampled := agora.search_sampled(near, q, hidden, 60);
    low := case when sampled.n >= 30 then (1 - 2 / sqrt(sampled.n)) * sampled.n * sampled.scale else 0 end;
    -- Where the sample is everybody, up to 16,000 members, all that can be counted are.
    if low >= countable or low > ceiling and exists (select from agora.search_share h where h.share < 16777216) then
      -- So many there are with a probability of 97 %, told with one digit.
      total := least(countable, floor(low / 10 ^ floor(log(low))) * 10 ^ floor(log(low)));
      exact := false;
      facets := agora.search_facets_told(sampled.codes, case when sampled.scale > 1 then 3 else 1 end, sampled.scale);
      return;
    end if;
  end if;
  if few is null then
    all_of_them := agora.search_codes(near, q, hidden, countable);
  else
    all_of_them := agora.search_codes_of(near, few, hidden);
  end if;
  total := least(countable, all_of_them.n + cardinality(theirs));
  exact := total < countable;
  facets := agora.search_facets_told(concat_ws(' ', all_of_them.codes, agora.search_near_facets(theirs)), 1, 1);
end $$;
comment on function agora.search_told is
  'How many results there are, and how they divide: exactly where they are few, else "or more", from the sample. few: all who match, contacts too, when they are so few that they are known; theirs: contacts who match, by what they show to contacts.';
