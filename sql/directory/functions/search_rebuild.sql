-- The strata: how many there are follows the number of members, 1,000 in the best, four times as many in
-- each next one. A rebuild makes new ones beside the old and swaps them in at its end.

create or replace function agora.search_bounds(near agora.tier, best integer) returns setof agora.search_stratum
  language sql stable set search_path = '' as $$
  -- Cuts after the best 1,000, 5,000, 21,000, ... members: each low is the quality of the last of them.
  with recursive size (number, upto) as (
    select 1, best::bigint
    union all
    select number + 1, upto * 4 + best from size where upto < 1000000000),
  ranked as (
    select r.quality, row_number() over (order by r.quality desc) as place, count(*) over () as members
      from pg_temp.search_made r where r.tier = near),
  cut as (
    select distinct r.quality as low from ranked r join size s on s.upto = r.place and r.place < r.members
    union select 0)
  select near, row_number() over (order by c.low desc)::integer, c.low, coalesce(lag(c.low) over (order by c.low desc), 65536)
    from cut c
   order by c.low desc
$$;
comment on function agora.search_bounds is 'Where to cut the rows of pg_temp.search_made into strata of best, 4 × best, 16 × best … members.';

create or replace function agora.search_swap(near agora.tier, best integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  s agora.search_stratum;
  strata agora.search_stratum[] := array(select b from agora.search_bounds(near, best) b);
  old text := 'search_' || near;
begin
  execute format('create table agora.search_next (like agora.search including defaults including constraints including storage, check (tier = %L)) partition by range (quality)', near);
  foreach s in array strata loop
    execute format('create table agora.search_next_%s partition of agora.search_next for values from (%s) to (%s)', s.number, s.low, s.high);
  end loop;
  insert into agora.search_next select r.* from pg_temp.search_made r where r.tier = near;
  create index on agora.search_next using gin (terms) with (fastupdate = off);
  create index on agora.search_next (account_id);
  create index on agora.search_next (until);

  -- From here searches wait, for a moment. A member who changed since their row was made is taken out
  -- (search_touch did so in the old strata) until the worker has made it again.
  lock table agora.search in access exclusive mode;
  delete from agora.search_next n using agora.search_dirty d where d.account_id = n.account_id;
  execute format('alter table agora.search detach partition agora.%I', old);
  execute format('drop table agora.%I', old);
  execute format('alter table agora.search_next rename to %I', old);
  foreach s in array strata loop
    execute format('alter table agora.search_next_%s rename to %s_%s', s.number, old, s.number);
  end loop;
  execute format('alter table agora.search attach partition agora.%I for values in (%L)', old, near);
  delete from agora.search_stratum o where o.tier = near;
  insert into agora.search_stratum select b.* from unnest(strata) b;
  return cardinality(strata);
end $$;
comment on function agora.search_swap is 'Makes the strata of a tier from pg_temp.search_made and puts them in place of the old ones.';

create or replace function agora.search_rebuild(best integer default 1000) returns table (members bigint, strata integer)
  language plpgsql security definer set search_path = '' as $$
declare
  accounts uuid[];
begin
  -- Waits for changes in hand; later ones go to agora.search_dirty.
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  accounts := array(select p.account_id from agora.profile p);
  create temporary table search_made (like agora.search) on commit drop;
  for i in 0 .. cardinality(accounts) / 500 loop
    insert into pg_temp.search_made select r.* from agora.search_rows(accounts[i * 500 + 1 : i * 500 + 500]) r;
  end loop;
  analyze pg_temp.search_made;
  strata := agora.search_swap('members', best);
  perform agora.search_swap('public', best);
  delete from agora.topic_use;
  insert into agora.topic_use (tier, concept_id, members)
  select r.tier, c.id, count(*) from pg_temp.search_made r, unnest(r.facets) c (id) where c.id !~ ':' group by r.tier, c.id;
  select count(*) into members from pg_temp.search_made r where r.tier = 'members';
  drop table pg_temp.search_made;
  return next;
end $$;
comment on function agora.search_rebuild is
  'Makes all search rows anew and cuts them into strata, the best with so many members; tells how many members and strata (of the members'' tier). Searches go on meanwhile.';

create or replace function agora.search_drifted(best integer default 1000) returns boolean
  language sql stable security definer set search_path = '' as $$
  select coalesce(bool_or(t.n_live_tup > 2 * best * 4 ^ (s.number - 1)) and sum(t.n_live_tup) < 100000, false)
    from agora.search_stratum s
    join pg_stat_user_tables t on t.schemaname = 'agora' and t.relname = format('search_%s_%s', s.tier, s.number)
$$;
comment on function agora.search_drifted is
  'Whether a stratum has grown to more than twice the size it should have, and there are so few rows that cutting them anew is done in a moment; an organisation with more runs agoractl search rebuild by night.';

create or replace function agora.search_cut(best integer default 1000) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  if not agora.search_drifted(best) then
    return;
  end if;
  create temporary table search_made (like agora.search) on commit drop;
  insert into pg_temp.search_made select r.* from agora.search r;
  analyze pg_temp.search_made;
  perform agora.search_swap('members', best);
  perform agora.search_swap('public', best);
  drop table pg_temp.search_made;
end $$;
comment on function agora.search_cut is 'Cuts the rows that are there into strata anew when they have drifted; the worker does so.';

grant execute on function agora.search_rebuild, agora.search_drifted, agora.search_cut to agora_app;
