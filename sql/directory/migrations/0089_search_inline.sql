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
