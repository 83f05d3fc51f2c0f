-- The strata: how many there are follows the number of members, 250 in the best, four times as many in
-- each next one. A rebuild makes new ones beside the old, portion by portion, each in a transaction of its
-- own, while searches and changes go on; then it makes again who has changed meanwhile, and swaps them in.

create or replace function agora.search_bounds(near agora.tier, qualities integer[], members bigint, best integer)
  returns setof agora.search_stratum
  language plpgsql immutable set search_path = '' as $$
begin
  -- Cuts after the best 250, 1,250, 5,250, ... members: each low is the quality of the last of them. Of
  -- many members, qualities are those of a random sample.
  return query
  with recursive size (number, upto) as (
    select 1, best::bigint
    union all
    select number + 1, upto * 4 + best from size where upto < 1000000000),
  ranked as (
    select q.quality, row_number() over (order by q.quality desc) as place from unnest(qualities) q (quality)),
  cut as (
    select distinct r.quality as low
      from size s
      join ranked r on r.place = greatest(ceil(s.upto * cardinality(qualities) / greatest(members, 1)::numeric), 1)
     where s.upto < members
    union select 0)
  select near, row_number() over (order by c.low desc)::integer, c.low, coalesce(lag(c.low) over (order by c.low desc), 65536)
    from cut c
   order by c.low desc;
end $$;
comment on function agora.search_bounds is 'Where to cut so many members into strata of best, 4 × best, 16 × best … by their qualities.';

create or replace function agora.search_strata(near agora.tier, qualities integer[], members bigint, best integer) returns void
  language plpgsql set search_path = '' set client_min_messages = warning as $$
declare
  s agora.search_stratum;
begin
  execute format('drop table if exists agora.search_next_%s', near);
  execute format('create table agora.search_next_%1$s partition of agora.search_next (check (tier = %1$L)) for values in (%1$L)
                    partition by range (quality)', near);
  delete from agora.search_next_stratum o where o.tier = near;
  for s in select b.* from agora.search_bounds(near, qualities, members, best) b loop
    execute format('create table agora.search_next_%1$s_%2$s partition of agora.search_next_%1$s for values from (%3$s) to (%4$s)
                      with (toast_tuple_target = 8160)', -- a row stays in one piece: a page reads all of it
                   near, s.number, s.low, s.high);
    insert into agora.search_next_stratum values (s.*);
  end loop;
end $$;
comment on function agora.search_strata is 'Makes the empty strata of a tier, for so many members with qualities like these.';

create or replace function agora.search_frame(best integer) returns void
  language plpgsql set search_path = '' as $$
declare
  members constant bigint := (select count(*) from agora.profile);
  looked constant integer := least(greatest(members / 25, 4000), 20000); -- whose qualities say where to cut
  near agora.tier;
  qualities integer[];
begin
  create temporary table search_look on commit drop as
  select r.tier, r.quality
    from agora.search_rows(array(
      select p.account_id from agora.profile p order by uuid_hash_extended(p.account_id, 7) limit looked)) r;
  foreach near in array '{members,public}'::agora.tier[] loop
    qualities := array(select l.quality from pg_temp.search_look l where l.tier = near);
    perform agora.search_strata(near, qualities, cardinality(qualities) * greatest(members, 1) / least(greatest(members, 1), looked), best);
  end loop;
  drop table pg_temp.search_look;
end $$;
comment on function agora.search_frame is 'Makes empty strata for a rebuild, the best with so many members.';

create or replace function agora.search_rebuild_begin(best integer default 250, size integer default 500, out build uuid, out portions bigint)
  language plpgsql security definer set search_path = '' as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('agora.search_rebuild')) then
    perform agora.fail('AG003', null, 'A rebuild of the search is running.');
  end if;
  delete from agora.search_build;
  delete from agora.search_portion;
  delete from agora.search_changed;
  perform agora.search_frame(best);
  insert into agora.search_portion (number, first, beyond)
  select p.n / size, p.account_id, lead(p.account_id) over (order by p.n)
    from (select o.account_id, row_number() over (order by o.account_id) - 1 as n from agora.profile o) p
   where p.n % size = 0;
  -- Waits for changes in hand: from now on each is written down in agora.search_changed.
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  insert into agora.search_build default values returning id into build;
  select count(*) into portions from agora.search_portion;
end $$;
comment on function agora.search_rebuild_begin is 'Begins a rebuild: the best stratum gets so many members, a portion so many; tells which one it is and how many portions there are. One that was given up is forgotten.';

create or replace function agora.search_rebuild_join(build uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('agora.search_rebuild'));
  if not exists (select from agora.search_build b where b.id = build) then
    perform agora.fail('AG003', null, 'Another rebuild of the search has begun.');
  end if;
end $$;
comment on function agora.search_rebuild_join is 'Refuses to go on with a rebuild in whose place another one was begun, and lets none begin until the transaction ends.';

create or replace function agora.search_rebuild_put(accounts uuid[]) returns void
  language plpgsql set search_path = '' as $$
declare
  rows agora.search[] := array(select r from agora.search_rows(accounts) r);
begin
  insert into agora.search_next select r.* from unnest(rows) r;
  perform agora.search_words_put(rows, (select b.begun from agora.search_build b));
end $$;
comment on function agora.search_rebuild_put is 'Makes the rows of some members, and keeps their words.';

create or replace function agora.search_rebuild_some(build uuid, lowest bigint, beneath bigint) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.search_portion;
begin
  perform agora.search_rebuild_join(build);
  for p in select o.* from agora.search_portion o where o.number >= lowest and o.number < beneath order by o.number loop
    perform agora.search_rebuild_put(array(
      select q.account_id from agora.profile q where q.account_id >= p.first and (p.beyond is null or q.account_id < p.beyond)));
  end loop;
end $$;
comment on function agora.search_rebuild_some is 'Makes the rows of the portions from lowest up to but without beneath; any number of connections may do so at once.';

create or replace function agora.search_rebuild_tables() returns setof text
  language plpgsql stable security definer set search_path = '' as $$
begin
  -- The largest first, so that two connections end at about the same time.
  return query
  select format('search_next_%s_%s', s.tier, s.number) from agora.search_next_stratum s order by s.number desc, s.tier;
end $$;
comment on function agora.search_rebuild_tables is 'The strata that a rebuild has to index.';

create or replace function agora.search_stratum_index(name text) returns void
  language plpgsql set search_path = '' set maintenance_work_mem = '256MB' as $$
begin
  execute format('create index on agora.%I using gin (terms) with (fastupdate = off)', name);
  execute format('create index on agora.%I (account_id)', name);
  execute format('create index on agora.%I (until)', name);
  execute format('analyze agora.%I', name);
end $$;
comment on function agora.search_stratum_index is 'Makes the indexes of a stratum.';

create or replace function agora.search_rebuild_index(build uuid, place integer) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  names text[] := array(select t from agora.search_rebuild_tables() t);
begin
  perform agora.search_rebuild_join(build);
  perform agora.search_stratum_index(names[place]);
end $$;
comment on function agora.search_rebuild_index is 'Makes the indexes of a stratum by its place in agora.search_rebuild_tables; another connection may make those of another one.';

create or replace function agora.search_rebuild_again(build uuid, most integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  accounts uuid[];
begin
  perform agora.search_rebuild_join(build);
  with again as (
    delete from agora.search_changed c
     where c.account_id in (select w.account_id from agora.search_changed w order by w.account_id limit most for update)
    returning c.account_id)
  select array_agg(a.account_id) into accounts from again a;
  if accounts is null then
    return 0;
  end if;
  delete from agora.search_next n where n.account_id = any (accounts);
  perform agora.search_rebuild_put(accounts);
  return cardinality(accounts);
end $$;
comment on function agora.search_rebuild_again is 'Makes once more the rows of members who have changed since the rebuild began; tells how many it took.';

create or replace function agora.search_rebuild_topics() returns void
  language plpgsql set search_path = '' as $$
begin
  delete from agora.topic_use;
  insert into agora.topic_use (tier, concept_id, members)
  select r.tier, c.id, count(*) from agora.search r, unnest(r.facets) c (id) where strpos(c.id, ':') = 0 group by r.tier, c.id;
end $$;
comment on function agora.search_rebuild_topics is 'Counts anew how many members show a topic. The caller keeps changes away.';

create or replace function agora.search_swap() returns void
  language plpgsql set search_path = '' as $$
declare
  near agora.tier;
  number integer;
begin
  lock table agora.search in access exclusive mode;
  -- Who changed since their row was made was taken out of the old strata (search_touch), and is out of the
  -- new ones until the worker has made the row again.
  delete from agora.search_next n using agora.search_dirty d where d.account_id = n.account_id;
  foreach near in array '{members,public}'::agora.tier[] loop
    execute format('alter table agora.search detach partition agora.search_%s', near);
    execute format('drop table agora.search_%s', near);
    execute format('alter table agora.search_next detach partition agora.search_next_%s', near);
    execute format('alter table agora.search_next_%1$s rename to search_%1$s', near);
    for number in select s.number from agora.search_next_stratum s where s.tier = near loop
      execute format('alter table agora.search_next_%1$s_%2$s rename to search_%1$s_%2$s', near, number);
    end loop;
    execute format('alter table agora.search attach partition agora.search_%1$s for values in (%1$L)', near);
  end loop;
  delete from agora.search_stratum;
  insert into agora.search_stratum select s.* from agora.search_next_stratum s;
  delete from agora.search_next_stratum;
  perform agora.search_fence();
end $$;
comment on function agora.search_swap is 'Puts the strata of agora.search_next in place of the old ones; searches wait for a moment.';

create or replace function agora.search_rebuild_end(build uuid) returns table (members bigint, strata integer)
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.search_rebuild_join(build);
  -- Waits for changes in hand; later ones go to agora.search_dirty until this is over.
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  while agora.search_rebuild_again(build, 500) > 0 loop
  end loop;
  perform agora.search_swap();
  perform agora.search_rebuild_topics();
  perform agora.search_contacts_make();
  delete from agora.search_word w using agora.search_build b where w.seen < b.begun;
  delete from agora.search_build;
  delete from agora.search_portion;
  select count(*) into members from agora.search r where r.tier = 'members';
  select count(*) into strata from agora.search_stratum s where s.tier = 'members';
  return next;
end $$;
comment on function agora.search_rebuild_end is 'Ends a rebuild: makes again who has changed last, and puts the new strata in place of the old; tells how many members and strata there are (of the members'' tier).';

create or replace function agora.search_rebuild_sample() returns void
  language plpgsql security definer set search_path = '' as $$
begin
  -- Searches go on, with the sample there was; changes meanwhile go to agora.search_dirty.
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  perform agora.search_sample_make();
end $$;
comment on function agora.search_rebuild_sample is 'Makes the sample of a rebuild that has ended, in a transaction of its own.';

create or replace function agora.search_rebuild(best integer default 250) returns table (members bigint, strata integer)
  language plpgsql security definer set search_path = '' as $$
declare
  r record;
begin
  r := agora.search_rebuild_begin(best);
  perform agora.search_rebuild_some(r.build, 0, r.portions);
  perform agora.search_stratum_index(t) from agora.search_rebuild_tables() t;
  return query select e.members, e.strata from agora.search_rebuild_end(r.build) e;
  perform agora.search_sample_make();
end $$;
comment on function agora.search_rebuild is
  'A whole rebuild in one transaction: for few members. agoractl search rebuild goes by portions.';

create or replace function agora.search_drifted(best integer default 250) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(bool_or(t.n_live_tup > 2 * best * 4 ^ (s.number - 1)) and sum(t.n_live_tup) < 100000, false)
      from agora.search_stratum s
      join pg_stat_user_tables t on t.schemaname = 'agora' and t.relname = format('search_%s_%s', s.tier, s.number));
end $$;
comment on function agora.search_drifted is
  'Whether a stratum has grown to more than twice the size it should have, and there are so few rows that cutting them anew is done in a moment; an organisation with more runs agoractl search rebuild by night.';

create or replace function agora.search_cut(best integer default 250) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  near agora.tier;
  qualities integer[];
begin
  if not pg_try_advisory_xact_lock(hashtext('agora.search_rebuild')) or not agora.search_drifted(best)
     or exists (select from agora.search_build b where b.begun > now() - interval '1 day') then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('agora.search'));
  foreach near in array '{members,public}'::agora.tier[] loop
    qualities := array(select r.quality from agora.search r where r.tier = near);
    perform agora.search_strata(near, qualities, cardinality(qualities), best);
  end loop;
  insert into agora.search_next select r.* from agora.search r;
  perform agora.search_stratum_index(t) from agora.search_rebuild_tables() t;
  perform agora.search_swap();
  perform agora.search_sample_make();
end $$;
comment on function agora.search_cut is 'Cuts the rows that are there into strata anew when they have drifted; the worker does so.';

grant execute on function agora.search_rebuild, agora.search_rebuild_begin, agora.search_rebuild_some, agora.search_rebuild_tables,
  agora.search_rebuild_index, agora.search_rebuild_again, agora.search_rebuild_end, agora.search_rebuild_sample, agora.search_drifted, agora.search_cut to agora_app;
