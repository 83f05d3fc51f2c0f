-- The sample: members whose ids fall below a share, in ten parts of which each is as large as all before it: an
-- estimate reads no more parts than it needs.

create or replace function agora.search_part(account uuid, share integer) returns integer
  language plpgsql immutable set search_path = '' as $$
declare
  place constant integer := uuid_hash_extended(account, 24) & 16777215;
begin
  return case when place < share then (select min(p) from generate_series(1, 10) p where place < share >> (10 - p)) end;
end $$;
comment on function agora.search_part is 'Which part of the sample a member is in, when so many of 16,777,216 are in it; null for none.';

create or replace function agora.search_sample_put(account uuid, had agora.search[], fresh agora.search[]) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  their_part constant integer := agora.search_part(account, (select h.share from agora.search_share h));
begin
  if their_part is null then
    return;
  end if;
  delete from agora.search_sample s
   where s.account_id = account and s.part = their_part and s.tier = any (array(select h.tier from unnest(had) h));
  insert into agora.search_sample (tier, part, account_id, facets, terms)
  select f.tier, their_part, f.account_id, f.facets, f.terms from unnest(fresh) f;
end $$;
comment on function agora.search_sample_put is 'Keeps the sample in step with a member''s search rows, when the member is in it.';

create or replace function agora.search_sample_make() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  members constant bigint := (select count(*) from agora.profile);
  -- An eighth of many members: then a sample says enough of all that are too many to count.
  wanted constant bigint := greatest(16000, members / 8);
  most constant integer := case when members > wanted then (16777216 * wanted / members)::integer else 16777216 end;
begin
  create temporary table search_wanted on commit drop as
  select s.tier, m.part, s.account_id, s.facets, s.terms
    from (select p.account_id, agora.search_part(p.account_id, most) as part from agora.profile p) m
    join agora.search s on s.account_id = m.account_id
   where m.part is not null;
  -- Before a row is written, or a change that waits for the row would be waited for in turn. Who has changed since
  -- the caller began is in agora.search_dirty, and comes in with the new row (agora.search_refresh): nothing old may stay.
  lock table agora.search_sample in share row exclusive mode;
  delete from pg_temp.search_wanted w using agora.search_dirty d where d.account_id = w.account_id;
  -- About 250 members to begin with.
  update agora.search_share h set share = most, first = greatest(1, least(10, 4 - floor(log(2, least(members, wanted) / 16000.0 + 0.001))));
  -- Most are there already, and to index one takes longer than to compare it.
  delete from agora.search_sample h
   where not exists (select from pg_temp.search_wanted w where w.account_id = h.account_id and (w.tier, w.part, w.facets, w.terms) = (h.tier, h.part, h.facets, h.terms));
  insert into agora.search_sample (tier, part, account_id, facets, terms)
  select w.tier, w.part, w.account_id, w.facets, w.terms
    from pg_temp.search_wanted w
   where not exists (select from agora.search_sample h where w.account_id = h.account_id and (w.tier, w.part, w.facets, w.terms) = (h.tier, h.part, h.facets, h.terms))
   order by uuid_hash_extended(w.account_id, 24) & 16777215;
  drop table pg_temp.search_wanted;
end $$;
comment on function agora.search_sample_make is 'Makes the sample what agora.search has, for the number of members there are now. The caller keeps changes away.';
