-- The second fence: were the service's role ever given a right on these tables, it would still see no row.
-- The functions that decide who sees what belong to the owner, for whom the fence is open.

create or replace function agora.search_fence() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  name text;
begin
  for name in
    select c.oid::regclass::text
      from pg_class c
     where c.relnamespace = 'agora'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
       and (c.relname in ('profile', 'profile_topic', 'pseudonym', 'topic_use') or starts_with(c.relname, 'search'))
  loop
    execute format('alter table %s enable row level security', name);
  end loop;
end $$;
comment on function agora.search_fence is
  'Closes profiles, pseudonyms and all search rows, each stratum by itself, for everyone but the owner. Run at each migration and whenever strata are made.';

select agora.search_fence();
