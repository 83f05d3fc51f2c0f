-- What the service's role may do: call the functions it was granted, read the list of migrations, nothing else.
-- And what every object must have: a search path of its own, a comment, an owner who is not the service.
begin;
set local search_path = public, pg_temp;
select plan(22);

create temp view our_table as
  select c.oid, c.oid::regclass::text as name, c.relispartition
    from pg_class c
   where c.relnamespace = 'agora'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f');
create temp view our_function as
  select p.oid, p.oid::regprocedure::text as name, p.prosecdef, p.proconfig, p.proacl, p.proowner, p.prorettype, p.prolang
    from pg_proc p
   where p.pronamespace = 'agora'::regnamespace;

select cmp_ok((select count(*) from our_table), '>', 25::bigint, 'there are tables to look at');
select cmp_ok((select count(*) from our_function), '>', 100::bigint, 'there are functions to look at');

-- Rights on tables, columns and sequences.
select results_eq(
  $$select t.name, k.kind
      from our_table t, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) as k (kind)
     where has_table_privilege('agora_app', t.oid, k.kind) order by 1, 2$$,
  $$values ('agora.migration', 'SELECT')$$,
  'agora_app reads the list of migrations and no other table');
select is_empty(
  $$select t.name, a.attname, k.kind
      from our_table t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped,
           unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) as k (kind)
     where t.name <> 'agora.migration' and has_column_privilege('agora_app', t.oid, a.attnum, k.kind)$$,
  'nor any single column');
select is_empty(
  $$select c.oid::regclass from pg_class c
     where c.relnamespace = 'agora'::regnamespace
       and case when c.relkind = 'S' then has_sequence_privilege('agora_app', c.oid, 'USAGE, SELECT, UPDATE') end$$,
  'nor takes from a sequence');
select is_empty(
  $$select c.oid::regclass, g.grantee from pg_class c, aclexplode(c.relacl) g
     where c.relnamespace = 'agora'::regnamespace and g.grantee = 0$$,
  'nothing is granted to everyone');

-- No definitions.
select ok(not has_schema_privilege('agora_app', 'agora', 'CREATE'), 'agora_app makes nothing in agora');
select ok(not has_schema_privilege('agora_app', 'public', 'CREATE'), 'nor in public');
select ok(not has_database_privilege('agora_app', current_database(), 'CREATE'), 'nor a schema');
select ok(not has_database_privilege('agora_app', current_database(), 'TEMPORARY'), 'nor a temporary table');
select is_empty(
  $$select r.rolname from pg_roles r
     where r.rolname = 'agora_app'
       and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls
            or exists (select from pg_auth_members m where m.member = r.oid))$$,
  'agora_app is an ordinary role and a member of no other');
select is_empty(
  $$select c.oid::regclass::text from pg_class c
     where c.relnamespace = 'agora'::regnamespace and c.relowner = 'agora_app'::regrole
    union all
    select f.name from our_function f where f.proowner = 'agora_app'::regrole$$,
  'and owns nothing');

-- The audit log, said once more by itself, for the owner's functions are the only way to it.
set local role agora_app;
select throws_ok($$update agora.audit_event set action = 'x.y'$$, '42501', null, 'agora_app does not change the audit log');
select throws_ok($$delete from agora.audit_event$$, '42501', null, 'nor removes from it');
select throws_ok($$insert into agora.audit_event (action, subject_kind) values ('a.b', 'c')$$, '42501', null, 'nor writes beside its functions');
reset role;

-- Functions.
select is_empty(
  $$select f.name from our_function f
     where not exists (select from unnest(f.proconfig) s where s like 'search\_path=%')$$,
  'every function has a search path of its own');
select results_eq(
  $$select f.name from our_function f join pg_language l on l.oid = f.prolang and l.lanname = 'sql'$$,
  $$values ('agora.example_count(bigint,bigint)')$$,
  'and is in plpgsql, which keeps its plans, but one whose result has a name that plpgsql took');
select is_empty(
  $$select f.name from our_function f
     where f.proacl is null or exists (select from aclexplode(f.proacl) g where g.grantee = 0)$$,
  'no function is for everyone to call');

select is_empty(
  $$select f.name from our_function f join pg_proc p on p.oid = f.oid
     where p.proname in ('role_grant', 'role_revoke', 'account_put', 'password_set', 'account_create')
       and has_function_privilege('agora_app', f.oid, 'EXECUTE')$$,
  'what makes an admin or sets a password by one word is not for the service');
select is_empty(
  $$select f.name from our_function f join pg_proc p on p.oid = f.oid
     where p.proname like '%\_example%' and has_function_privilege('agora_app', f.oid, 'EXECUTE')$$,
  'nor what makes examples');

-- Comments.
select is_empty(
  $$select t.name, null from our_table t where not t.relispartition and obj_description(t.oid, 'pg_class') is null
    union all
    select t.name, a.attname from our_table t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where not t.relispartition and col_description(t.oid, a.attnum) is null$$,
  'every table and every column says what it is for (a part of one is as the whole)');
select is_empty(
  $$select f.name from our_function f where obj_description(f.oid, 'pg_proc') is null$$,
  'and so does every function');

select * from finish();
rollback;
