-- Quality: the order of results as long as nothing is known of who searches for what. It is stored with a search
-- row, made from what viewers of that row's tier can see or find out anyway, and from how often the member was
-- shown. Nothing in it can be bought or collected: no contacts, no views of a profile, no popularity.
-- docs/decisions/0083-order-of-results.md has the formula.

create or replace function agora.search_today() returns date
  language sql stable set search_path = '' as $$
  select (now() at time zone 'UTC')::date
$$;
comment on function agora.search_today is 'The day by which order rotates: UTC.';

create or replace function agora.search_merit(
    account uuid, key text, near agora.tier, level integer, parts integer, out quality integer, out merits text[])
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  m record;
  named constant boolean := key = account::text;
  answers boolean;
  busy boolean;
  day constant integer := (now() at time zone 'UTC')::date - date '2000-01-01';
  luck integer;
  sum numeric;
begin
  -- Nothing may tie a pseudonym to a name: of somebody under one only the level counts, and how much they say.
  select named and a.created_at > now() - interval '60 days' as is_new,
         case when named then now() - v.verified_at else interval '5 years' end as checked,
         case when named then now() - coalesce(case near when 'public' then f.public_on else f.members_on end, a.created_at)
              else interval '5 years' end as changed,
         case when named then coalesce(e.band, 0) else 0 end as band,
         case when named and exists (select from agora.register_watch w where w.person_id = a.person_id and w.state = 'good')
           then agora.disclosed(a.person_id, 'x_standing') <= near and agora.standing_of(a.person_id) is not null else false end as standing,
         i.askers, i.lately, i.answered, i.open
    into m
    from agora.account a
    left join agora.verification v on v.person_id = a.person_id and v.state = 'active' and v.valid_until > now()
    left join agora.search_fresh f on f.account_id = a.id
    left join agora.search_exposure e on e.account_id = a.id
    left join lateral (
      select count(distinct o.asker_person) filter (where o.recent) as askers, count(*) filter (where o.recent) as lately,
             count(*) filter (where o.recent and o.answered_at < o.created_at + interval '7 days') as answered,
             count(*) filter (where o.state = 'offered' and o.expires_at > now()) as open
        from (select d.*, d.withdrawn_at is null and d.created_at between now() - interval '180 days' and now() - interval '7 days' as recent
                from agora.introduction d where d.asked_person = a.person_id and near <> 'public') o) i on true
   where a.id = account;
  -- Of the last half year, from at least five people: of so many nobody can tell who was answered, and how.
  answers := named and m.askers >= 5 and m.answered >= 0.8 * m.lately;
  busy := named and m.open > 0 and m.open >= agora.policy_int('introduction.open_asked');
  merits := array_remove(array[
    case when m.is_new then 'new' end,
    case when m.changed < interval '90 days' then 'fresh' end,
    case when level > 0 and m.checked < interval '1 year' then 'checked' end,
    case when m.standing then 'standing' end,
    case when answers then 'answers' end,
    case when busy then 'busy' end,
    case when m.band > 0 then 'shown' || m.band end], null);

  -- Each is the natural logarithm of a factor, so that they add up.
  sum := (array[-1.20, -0.60, -0.22, -0.07, 0])[least(level, 4) + 1]
       - case when level = 0 or m.checked < interval '1 year' then 0 when m.checked < interval '2 years' then 0.03
              when m.checked < interval '3 years' then 0.06 else 0.10 end
       - case when m.standing then 0 else 0.05 end
       - case when answers then 0 else 0.07 end
       - case when busy then 0.20 else 0 end
       - 0.03 * (10 - least(parts, 10))
       - case when m.changed < interval '90 days' then 0 when m.changed < interval '1 year' then 0.03
              when m.changed < interval '2 years' then 0.07 else 0.10 end
       - 0.12 * m.band
       + case when m.is_new then 0.12 else 0 end;
  -- Luck within 5 %, the same for a week; on each day it changes for a seventh of all.
  luck := (hashtextextended(key, (day + (hashtextextended(key, 7) & 1023) % 7) / 7) & 4095)::integer;
  quality := greatest(0, least(65535, round((sum + 2.3) * 26214)::integer + luck * 1310 / 4096));
end $$;
comment on function agora.search_merit is
  'Quality of a search row, 0 to 65535, 26214 × the logarithm of a product of factors, and what went into it: new (joined within 60 days), fresh (changed within 90), checked (within a year), standing, answers (mostly within a week, whichever way), busy (has all the requests they can take), shown1 to shown5 (shown more than others). key, level and parts are those of the row: key is the account or the pseudonym it is listed under.';

create or replace function agora.search_said(account uuid) returns text[]
  language sql stable security definer set search_path = '' as $$
  -- Topics by their ids: that a topic is called something else now, no member has done.
  select array_agg(md5((v.visible - 'topics')::text
                       || (select coalesce(jsonb_object_agg(k.key, jsonb_path_query_array(k.value, '$[*].id')), '{}')
                             from jsonb_each(coalesce(v.visible -> 'topics', '{}')) k)::text) order by n.near)
    from (values ('public'::agora.tier), ('members')) n (near)
   cross join lateral (select coalesce(agora.profile_visible(account, n.near), '{}') as visible) v
$$;
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

create or replace function agora.search_evidence(account uuid, near agora.tier) returns tsvector
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  names text[] := array(
    select k.name
      from agora.account a
      join agora.verification v on v.person_id = a.person_id and v.state = 'active' and v.valid_until > now()
      join agora.claim k on k.verification_id = v.id and k.name in ('x_profession', 'x_speciality')
     where a.id = account and agora.disclosed(a.person_id, k.name) <= near);
begin
  if names = '{}' then
    return '';
  end if;
  return (
    with item as (
      select distinct agora.fold(k.value) as folded
        from agora.account a
        join agora.verification v on v.person_id = a.person_id and v.state = 'active' and v.valid_until > now()
        join agora.claim k on k.verification_id = v.id and k.name = any (names)
       where a.id = account),
    topic as (
      select n.ancestor_id, count(distinct l.concept_id) as items
        from item i
        join agora.concept_label l on l.words @@ plainto_tsquery('pg_catalog.simple', i.folded) and l.folded = i.folded
        join agora.concept_ancestor n on n.concept_id = l.concept_id
       group by n.ancestor_id)
    select coalesce(array_to_tsvector(array_agg('v' || g.n || ':' || lower(t.ancestor_id))), '')
      from topic t, generate_series(1, least(t.items, 3)) g (n));
end $$;
comment on function agora.search_evidence is
  'Terms v1: v2: v3: of topics about which so many facts of the member have been verified that viewers of the tier may see: a profession or speciality of that name, or of a narrower topic''s.';

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
