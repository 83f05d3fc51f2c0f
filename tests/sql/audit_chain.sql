-- The audit log: nobody may change it, and who does is found out.
begin;
set local search_path = public, pg_temp;

-- Rows of a committed log are sealed at commit; here at once.
set constraints all immediate;
delete from agora.audit_event;
create function pg_temp.written(n integer) returns void language sql as $$
  select agora.audit(null, 'test.act', 'test', agora.new_id(), jsonb_build_object('n', i, 'text', 'Zürich "x"')) from generate_series(1, n) i
$$;
create function pg_temp.found() returns text language sql as $$
  select checked || coalesce(', row ' || broken || ' ' || fault, ', whole') from agora.audit_verify()
$$;

-- Does something to the log, tells what the check finds, and undoes it.
create function pg_temp.after(statement text) returns text language plpgsql as $$
declare
  found text;
begin
  execute statement;
  found := pg_temp.found();
  raise exception using errcode = 'AG999', message = found;
exception when sqlstate 'AG999' then
  return sqlerrm;
end $$;

select no_plan();

select is(pg_temp.found(), '0, whole', 'an empty log is whole');
do $$ begin perform pg_temp.written(20); end $$;
select is(pg_temp.found(), '20, whole', 'a log that nobody touched is whole');
select is((select array_agg(seq order by seq) from agora.audit_event), (select array_agg(n::bigint) from generate_series(1, 20) n), 'its rows are numbered from 1 without gaps');

select is(pg_temp.after(statement), expected, name)
  from (values
    ($$update agora.audit_event set detail = '{"n": 8}' where seq = 7$$, '20, row 7 changed', 'a changed detail is found'),
    ($$update agora.audit_event set actor = agora.new_id() where seq = 7$$, '20, row 7 changed', 'a changed actor is found'),
    ($$update agora.audit_event set action = 'test.other' where seq = 7$$, '20, row 7 changed', 'a changed action is found'),
    ($$update agora.audit_event set subject = null where seq = 7$$, '20, row 7 changed', 'a subject taken out is found'),
    ($$update agora.audit_event set at = at + interval '1 microsecond' where seq = 7$$, '20, row 7 changed', 'a time changed by a microsecond is found'),
    ($$update agora.audit_event set hash = sha256('x') where seq = 20$$, '20, row 20 changed', 'a changed hash is found, on the last row too'),
    ($$update agora.audit_event e set detail = '{}', hash = agora.audit_hash((e.id, e.seq, e.at, e.actor, e.action, e.subject_kind, e.subject, '{}', e.previous_hash, e.hash)::agora.audit_event) where seq = 7$$,
      '20, row 8 reordered', 'a row changed together with its hash is found at the next one'),
    ($$delete from agora.audit_event where seq = 7$$, '19, row 8 missing', 'a row taken out is found'),
    ($$delete from agora.audit_event where seq = 1$$, '19, row 2 missing', 'also the first'),
    ($$delete from agora.audit_event where seq between 5 and 9$$, '15, row 10 missing', 'and several'),
    ($$with gone as (delete from agora.audit_event where seq = 20 returning seq) select 1$$, '19, whole', 'a cut tail is not: its number and hash must be kept elsewhere'),
    ($$update agora.audit_event set seq = case seq when 7 then 1008 else 1007 end where seq in (7, 8); update agora.audit_event set seq = seq - 1000 where seq > 1000$$,
      '20, row 7 reordered', 'two rows exchanged are found'),
    ($$delete from agora.audit_event where seq = 7; update agora.audit_event set seq = seq + 1000 where seq > 7; update agora.audit_event set seq = seq - 1001 where seq > 1000$$,
      '19, row 7 reordered', 'a row taken out, with the rest numbered anew, is found'),
    ($$update agora.audit_event set previous_hash = sha256('y') where seq = 7$$, '20, row 7 reordered', 'a changed link is found'),
    ($$set local session_replication_role = replica; insert into agora.audit_event (action, subject_kind) values ('test.forged', 'test'); set local session_replication_role = origin$$,
      '20, row 21 unsealed', 'a row put in past the trigger is found'),
    ($$select pg_temp.written(3)$$, '23, whole', 'rows written the usual way go on from there')) t (statement, expected, name);

-- The service's role writes by agora.audit alone.
select table_privs_are('agora', 'audit_event', 'agora_app', '{}', 'the service has no right to the table: no update, no delete, no insert');
select is(has_function_privilege('agora_app', 'agora.audit(uuid,text,text,uuid,jsonb)', 'execute'), false, 'nor may it write rows of its own making');
set local role agora_app;
select throws_ok($$update agora.audit_event set detail = '{}'$$, '42501', null, 'an update is refused');
select throws_ok($$delete from agora.audit_event$$, '42501', null, 'a delete is refused');
select throws_ok($$truncate agora.audit_event$$, '42501', null, 'a truncate is refused');
select lives_ok($$select * from agora.audit_verify()$$, 'it may check the log');
reset role;

-- What goes to a check outside the database gives the same hashes.
select is((select count(*) from agora.audit_rows(0, 100) r
            where encode(sha256(convert_to('[' || r.hashed || ', "' || r.previous_hash || '"]', 'UTF8')), 'hex') = r.hash), 20::bigint,
  'the text of each row, with the hash before it, has the hash of the row');
select is((select count(*) from agora.audit_rows(15, 100)), 5::bigint, 'and is given from any place on');

select * from finish();
rollback;
