-- Search rows, of 2 to 3 KiB, stay in one piece: a page reads all of a row, and what lies outside costs a look
-- of its own for each value. Rows that are there move in when they are written again (agora.search_strata has it
-- for new strata). docs/decisions/0089-what-a-page-costs.md
do $$
declare
  stratum regclass;
begin
  for stratum in
    select p.relid from pg_partition_tree('agora.search') p where p.isleaf
    union all select p.relid from pg_partition_tree('agora.search_sample') p where p.isleaf
    union all select 'agora.search_contact'
  loop
    execute format('alter table %s set (toast_tuple_target = 8160)', stratum);
  end loop;
end $$;

-- The sample has three more parts, so that a larger one begins with as few members.
alter table agora.search_sample drop constraint search_sample_part_check;
alter table agora.search_sample add constraint search_sample_part_check check (part between 1 and 10);
do $$
begin
  for part in 8 .. 10 loop
    execute format('create table agora.search_sample_%1$s partition of agora.search_sample for values in (%1$s) partition by list (tier)', part);
    execute format('create table agora.search_sample_%1$s_public partition of agora.search_sample_%1$s for values in (''public'')
                      with (toast_tuple_target = 8160)', part);
    execute format('create table agora.search_sample_%1$s_members partition of agora.search_sample_%1$s for values in (''members'')
                      with (toast_tuple_target = 8160)', part);
  end loop;
end $$;
update agora.search_sample s
   set part = (select min(p) from generate_series(1, 10) p where uuid_hash_extended(s.account_id, 24) & 16777215 < h.share >> (10 - p))
  from agora.search_share h;
comment on column agora.search_sample.part is '1 to 10, each about as many as all before it: an estimate reads no more than it needs';

alter table agora.search_share add column first smallint not null default 4 check (first between 1 and 10);
comment on column agora.search_share.share is 'So many: an eighth of all, at least about 16,000, or everyone; set by a rebuild';
comment on column agora.search_share.first is 'The parts up to this one are read first: about 250 members';
