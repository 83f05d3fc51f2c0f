-- Quality: the order of results as long as nothing is known of who searches for what. It is stored with a search
-- row, made from what viewers of that row's tier can see or find out anyway, and from how often the member was
-- shown. Nothing in it can be bought or collected: no contacts, no views of a profile, no popularity.
-- docs/decisions/0083-order-of-results.md has the formula.

create or replace function agora.search_today() returns date
  language plpgsql stable set search_path = '' as $$
begin
  return (now() at time zone 'UTC')::date;
end $$;
comment on function agora.search_today is 'The day by which order rotates: UTC.';

create or replace function agora.search_merit_facts(accounts uuid[]) returns setof agora.merit_facts
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  most constant bigint := agora.policy_int('introduction.open_asked');
begin
  return query
  select a.id, a.created_at, v.verified_at, f.public_on, f.members_on, coalesce(e.band, 0),
         case when exists (select from agora.register_watch w where w.person_id = a.person_id and w.state = 'good')
                   and agora.standing_of(a.person_id) is not null
           then agora.disclosed(a.person_id, 'x_standing') end,
         -- Of the last half year, from at least five people: of so many nobody can tell who was answered, and how.
         i.askers >= 5 and i.answered >= 0.8 * i.lately,
         i.open > 0 and i.open >= most
    from agora.account a
    left join agora.verification v on v.person_id = a.person_id and v.state = 'active' and v.valid_until > now()
    left join agora.search_fresh f on f.account_id = a.id
    left join agora.search_exposure e on e.account_id = a.id
   cross join lateral (
      select count(distinct o.asker_person) filter (where o.recent) as askers, count(*) filter (where o.recent) as lately,
             count(*) filter (where o.recent and o.answered_at < o.created_at + interval '7 days') as answered,
             count(*) filter (where o.state = 'offered' and o.expires_at > now()) as open
        from (select d.*, d.withdrawn_at is null and d.created_at between now() - interval '180 days' and now() - interval '7 days' as recent
                from agora.introduction d where d.asked_person = a.person_id) o) i
   where a.id = any (accounts);
end $$;
comment on function agora.search_merit_facts is 'What the quality of these members'' rows is made from.';

create or replace function agora.search_merit(
    f agora.merit_facts, key text, near agora.tier, level integer, parts integer, out quality integer, out merits text[])
  language plpgsql stable set search_path = '' as $$
declare
  -- Nothing may tie a pseudonym to a name: of somebody under one only the level counts, and how much they say.
  named constant boolean := key = f.account_id::text;
  is_new constant boolean := named and f.joined > now() - interval '60 days';
  checked constant interval := case when named then now() - f.checked else interval '5 years' end;
  changed constant interval := case when named
    then now() - coalesce(case near when 'public' then f.public_on else f.members_on end, f.joined) else interval '5 years' end;
  band constant integer := case when named then f.band else 0 end;
  standing constant boolean := coalesce(named and f.standing <= near, false);
  answers constant boolean := named and near <> 'public' and f.answers;
  busy constant boolean := named and near <> 'public' and f.busy;
  day constant integer := (now() at time zone 'UTC')::date - date '2000-01-01';
  luck integer;
  sum integer;
begin
  merits := array_remove(array[
    case when is_new then 'new' end,
    case when changed < interval '90 days' then 'fresh' end,
    case when level > 0 and checked < interval '1 year' then 'checked' end,
    case when standing then 'standing' end,
    case when answers then 'answers' end,
    case when busy then 'busy' end,
    case when band > 0 then 'shown' || band end], null);

  -- Each is the natural logarithm of a factor, in hundredths, so that they add up.
  sum := (array[-120, -60, -22, -7, 0])[least(level, 4) + 1]
       - case when level = 0 or checked < interval '1 year' then 0 when checked < interval '2 years' then 3
              when checked < interval '3 years' then 6 else 10 end
       - case when standing then 0 else 5 end
       - case when answers then 0 else 7 end
       - case when busy then 20 else 0 end
       - 3 * (10 - least(parts, 10))
       - case when changed < interval '90 days' then 0 when changed < interval '1 year' then 3
              when changed < interval '2 years' then 7 else 10 end
       - 12 * band
       + case when is_new then 12 else 0 end;
  -- Luck within 5 %, the same for a week; on each day it changes for a seventh of all.
  luck := (hashtextextended(key, (day + (hashtextextended(key, 7) & 1023) % 7) / 7) & 4095)::integer;
  quality := greatest(0, least(65535, round((sum + 230) * 262.14)::integer + luck * 1310 / 4096));
end $$;
comment on function agora.search_merit is
  'Quality of a search row, 0 to 65535, 26214 × the logarithm of a product of factors, and what went into it: new (joined within 60 days), fresh (changed within 90), checked (within a year), standing, answers (mostly within a week, whichever way), busy (has all the requests they can take), shown1 to shown5 (shown more than others). key, level and parts are those of the row: key is the account or the pseudonym it is listed under.';

create or replace function agora.search_said(account uuid) returns text[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  -- Topics by their ids: that a topic is called something else now, no member has done.
  return (
    select array_agg(md5((coalesce(v.visible, '{}') - 'topics')::text
                         || jsonb_build_array(jsonb_path_query_array(v.visible, '$.topics.expertise[*].id'),
                                              jsonb_path_query_array(v.visible, '$.topics.interest[*].id'),
                                              jsonb_path_query_array(v.visible, '$.topics.seeking[*].id'),
                                              jsonb_path_query_array(v.visible, '$.topics.offering[*].id'))::text) order by v.near)
      from agora.profiles_visible(array[account], '{public,members}') v);
end $$;
comment on function agora.search_said is 'Prints of what everyone and what members see of a profile.';

create or replace function agora.search_freshen(account uuid, said text[]) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  says constant text[] := agora.search_said(account);
  today constant date := agora.search_today();
begin
  if says = said then
    return;
  end if;
  insert into agora.search_fresh as f (account_id, public_on, members_on)
  values (account, case when says[1] <> said[1] then today end, case when says[2] <> said[2] then today end)
  on conflict (account_id) do update
    set public_on = coalesce(excluded.public_on, f.public_on), members_on = coalesce(excluded.members_on, f.members_on);
end $$;
comment on function agora.search_freshen is 'Notes which viewers see a change of a profile that said this before.';

create or replace function agora.search_kept(fresh agora.search, had agora.search) returns agora.search
  language plpgsql immutable set search_path = '' as $$
declare
  same agora.search := had;
begin
  same.quality := fresh.quality;
  same.merits := fresh.merits;
  return case when same = fresh then had else fresh end;
end $$;
comment on function agora.search_kept is
  'The row that a change leaves: where viewers see nothing new, the one there was, with its quality. Time moves that, in the daily pass; a hidden change must not, not even to where time would have.';
