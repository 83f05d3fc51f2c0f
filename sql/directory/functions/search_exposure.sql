-- How often members are shown, and the daily pass that brings every quality up to date with it and with time.

create or replace function agora.search_exposed(handles text[], times integer[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.search_exposure as e (account_id, times)
  select a.id, sum(s.times)
    from unnest(handles, times) s (handle, times)
    join agora.account a on a.handle = s.handle
    join agora.profile p on p.account_id = a.id
   group by a.id
   order by a.id -- two that write at once do so in the same order
  on conflict (account_id) do update set times = e.times + excluded.times;
end $$;
comment on function agora.search_exposed is
  'Adds to how often members were shown: for each handle, to how many viewers. agorad counts in its memory and calls this every few seconds.';

create or replace function agora.search_exposure_settle(accounts uuid[], mean real) returns void
  language plpgsql set search_path = '' as $$
begin
  -- The order in which agora.search_exposed takes them, so that neither waits for the other in a circle.
  perform from agora.search_exposure e where e.account_id = any (accounts) order by e.account_id for update;
  delete from agora.search_exposure e where e.account_id = any (accounts) and e.times = 0 and e.score < 0.5;
  update agora.search_exposure e
     set times = 0, score = e.score * 0.9517 + e.times,
         -- Five more for everyone, so that the first few times in a quiet directory say nothing.
         band = least(5, floor(log(2.0, 1 + greatest(0, (e.score * 0.9517 + e.times)::numeric / (mean + 5)::numeric - 1))))
   where e.account_id = any (accounts);
end $$;
comment on function agora.search_exposure_settle is
  'Ends a day of these members'' exposure: half of a score is left after 14 days; the band follows from how far it is above the mean.';

create or replace function agora.search_daily(most integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  d agora.search_daily;
  accounts uuid[];
  mine uuid[];
begin
  if not pg_try_advisory_xact_lock_shared(hashtext('agora.search')) then
    return 0; -- strata are being cut
  end if;
  select * into d from agora.search_daily for update skip locked;
  if d.day < agora.search_today() then
    d.day := agora.search_today();
    d.after := '00000000-0000-0000-0000-000000000000';
    d.mean := (select coalesce(sum(e.times + e.score), 0) / greatest((select count(*) from agora.profile), 1) from agora.search_exposure e);
  elsif d.after is null then
    return 0; -- done for today, or another worker is at it
  end if;
  accounts := array(select p.account_id from agora.profile p where p.account_id > d.after order by p.account_id limit most);
  perform agora.search_exposure_settle(accounts, d.mean);
  -- Who is being changed at this moment gets a new quality with the change.
  mine := array(select p.account_id from agora.profile p where p.account_id = any (accounts) order by p.account_id for update skip locked);
  update agora.search s
     set quality = m.quality, merits = m.merits
    from (select o.tier, o.account_id, n.quality, n.merits
            from agora.search o
            join agora.search_merit_facts(mine) k on k.account_id = o.account_id
           cross join lateral agora.search_merit(
             k, coalesce(agora.listed_as(o.account_id, o.tier), o.account_id::text), o.tier, (select max(substr(f.code, 4)) from unnest(o.facets) f (code) where starts_with(f.code, 'vf:'))::integer, o.parts) n
           where o.account_id = any (mine) and (n.quality, n.merits) is distinct from (o.quality, o.merits)) m
   where s.tier = m.tier and s.account_id = m.account_id;
  perform agora.search_contact_touch(c.account_id) from agora.search_contact c where c.account_id = any (mine);
  update agora.search_daily
     set day = d.day, mean = d.mean, after = case when cardinality(accounts) = most then accounts[most] end;
  return cardinality(accounts);
end $$;
comment on function agora.search_daily is
  'Goes on with the daily pass: settles the exposure of the next members, as many as most, and rewrites those search rows whose quality is another one today; tells how many members it looked at, 0 when all are done.';

grant execute on function agora.search_exposed, agora.search_daily to agora_app;
