-- Search rows kept in step: with each change of a member, in its transaction, and by the worker where that
-- could not be.

create or replace function agora.search_touch(account uuid) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  had agora.search[];
  fresh agora.search[];
  before agora.search[]; -- of those, what goes
  after agora.search[]; -- and what comes
begin
  -- One at a time for a member: who comes second sees what the first one wrote.
  perform from agora.profile p where p.account_id = account for update;
  if not found then
    return;
  end if;
  perform agora.search_contact_touch(account);
  if not pg_try_advisory_xact_lock_shared(hashtext('agora.search')) then
    -- Strata are being swapped: nothing old may be seen meanwhile, the worker makes the new rows.
    had := array(select s from agora.search s where s.account_id = account);
    perform agora.topic_use_change(had, '{}');
    perform agora.search_note(had, '{}');
    delete from agora.search s where s.account_id = account;
    delete from agora.search_sample s where s.account_id = account;
    insert into agora.search_dirty (account_id) values (account) on conflict do nothing;
    return;
  end if;
  insert into agora.search_changed as c (account_id)
  select account from agora.search_build
  on conflict (account_id) do update set times = c.times + 1;
  had := array(select s from agora.search s where s.account_id = account order by s.tier);
  fresh := array(select agora.search_kept(r, h) from agora.search_rows(array[account]) r left join unnest(had) h on h.tier = r.tier order by r.tier);
  if had = fresh then
    return;
  end if;
  -- To index a row takes longer than to make it: one that another tier's change leaves as it is stays.
  before := array(select h from unnest(had) h where h <> all (fresh));
  after := array(select f from unnest(fresh) f where f <> all (had));
  perform agora.topic_use_change(before, after);
  perform agora.search_note(before, after);
  delete from agora.search s where s.account_id = account and s.tier = any (array(select b.tier from unnest(before) b));
  insert into agora.search select a.* from unnest(after) a;
  perform agora.search_sample_put(account, before, after);
  perform agora.search_words_put(after, '-infinity', before);
  if exists (select from unnest(fresh) f where f.tier = 'public') and not exists (select from unnest(had) h where h.tier = 'public') then
    perform agora.public_address_note(account);
  end if;
end $$;
comment on function agora.search_touch is
  'Makes a member''s search rows anew, in the transaction of the change: call after anything that cards or search show has changed.';

create or replace function agora.topic_use_change(had agora.search[], fresh agora.search[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if array(select (h.tier, h.facets) from unnest(had) h) = array(select (f.tier, f.facets) from unnest(fresh) f) then
    return;
  end if;
  insert into agora.topic_use as u (tier, concept_id, members)
  select d.tier, d.concept_id, sum(d.n)
    from (select h.tier, unnest(h.facets) as concept_id, -1 as n from unnest(had) h
          union all
          select f.tier, unnest(f.facets), 1 from unnest(fresh) f) d
   where d.concept_id !~ ':'
   group by d.tier, d.concept_id
  having sum(d.n) <> 0
   order by d.tier, d.concept_id
  on conflict (tier, concept_id) do update set members = u.members + excluded.members;
end $$;
comment on function agora.topic_use_change is 'Counts topics out of old search rows and in from new ones; in order, so that two members'' changes never wait for each other in a circle.';

create or replace function agora.search_refresh(most integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  account uuid;
  done integer := 0;
begin
  if not pg_try_advisory_xact_lock_shared(hashtext('agora.search')) then
    return 0;
  end if;
  perform agora.pause_by_clock();
  insert into agora.search_dirty (account_id)
  select distinct s.account_id from agora.search s where s.until <= now()
  on conflict do nothing;
  for account in
    delete from agora.search_dirty d
     where d.account_id in (select w.account_id from agora.search_dirty w order by w.since limit most for update skip locked)
    returning d.account_id
  loop
    perform agora.search_touch(account);
    done := done + 1;
  end loop;
  return done;
end $$;
comment on function agora.search_refresh is 'Makes the rows of members in agora.search_dirty anew, the longest waiting first, and of those whose verification has lapsed; tells how many. The worker calls it until it gives 0.';

grant execute on function agora.search_refresh to agora_app;
