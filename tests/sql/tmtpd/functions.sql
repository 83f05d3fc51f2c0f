-- Every function of the schema can run: each table, column and function that it names is there.
begin;
\ir ../lib/faults.psql
set local search_path = public, pg_temp;
select plan(2);

create function pg_temp.broken() returns void language plpgsql as $$
begin
  if now() < '2000-01-01' then
    perform tmtp.no_such_function();
  end if;
end $$;
select matches(string_agg(f.fault, ''), 'function tmtp.no_such_function\(\) does not exist', 'a call of what is not there is found, although it is never made')
  from pg_temp.faults((select p.pronamespace from pg_proc p where p.proname = 'broken')) f;

select is_empty($$select f.fault from pg_temp.faults('tmtp') f order by 1$$, 'nothing is named that is not there');
select * from finish();
rollback;
