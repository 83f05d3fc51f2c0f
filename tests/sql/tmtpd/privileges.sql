-- What the TMTP server's role may do: exactly the rows it needs to change, and no definitions.
begin;
set local search_path = public, pg_temp;
select plan(13);

create temp view our_table as
  select c.oid, c.oid::regclass::text as name
    from pg_class c
   where c.relnamespace = 'tmtp'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f');
create temp view our_function as
  select p.oid, p.oid::regprocedure::text as name, p.proconfig, p.proacl, p.proowner, p.prolang
    from pg_proc p
   where p.pronamespace = 'tmtp'::regnamespace;

select results_eq(
  $$select t.name, string_agg(lower(left(k.kind, 1)), '' order by k.n)
      from our_table t, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) with ordinality as k (kind, n)
     where has_table_privilege('tmtpd_app', t.oid, k.kind) group by 1 order by 1$$,
  $$values ('tmtp.account', 'siu'), ('tmtp.alias', 'si'), ('tmtp.contact', 'siud'), ('tmtp.event', 'si'), ('tmtp.idempotency', 'sid'),
           ('tmtp.log', 'sid'), ('tmtp.log_0', 'sidt'), ('tmtp.log_1', 'sidt'), ('tmtp.log_2', 'sidt'), ('tmtp.log_3', 'sidt'),
           ('tmtp.mark', 'siu'), ('tmtp.member', 'siu'), ('tmtp.message', 'sid'), ('tmtp.migration', 's'), ('tmtp.node', 'siud'),
           ('tmtp.part', 'sid'), ('tmtp.permitted', 's'), ('tmtp.queue', 'sid'), ('tmtp.user_group', 'siu')$$,
  'tmtpd_app has these rights on tables, and no other; events are never changed, aliases never given up');
select is_empty(
  $$select c.oid::regclass, g.grantee from pg_class c, aclexplode(c.relacl) g
     where c.relnamespace = 'tmtp'::regnamespace and g.grantee = 0$$,
  'nothing is granted to everyone');

select ok(not has_schema_privilege('tmtpd_app', 'tmtp', 'CREATE'), 'tmtpd_app makes nothing in tmtp');
select ok(not has_schema_privilege('tmtpd_app', 'public', 'CREATE'), 'nor in public');
select ok(not has_database_privilege('tmtpd_app', current_database(), 'CREATE'), 'nor a schema');
select ok(not has_database_privilege('tmtpd_app', current_database(), 'TEMPORARY'), 'nor a temporary table');
select is_empty(
  $$select r.rolname from pg_roles r
     where r.rolname = 'tmtpd_app'
       and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls
            or exists (select from pg_auth_members m where m.member = r.oid))$$,
  'tmtpd_app is an ordinary role and a member of no other');
select is_empty(
  $$select c.oid::regclass::text from pg_class c
     where c.relnamespace = 'tmtp'::regnamespace and c.relowner = 'tmtpd_app'::regrole
    union all
    select f.name from our_function f where f.proowner = 'tmtpd_app'::regrole$$,
  'and owns nothing');

set local role tmtpd_app;
select throws_ok($$update tmtp.event set at = now()$$, '42501', null, 'tmtpd_app does not change what it told');
reset role;

select is_empty(
  $$select f.name from our_function f
     where not exists (select from unnest(f.proconfig) s where s like 'search\_path=%')$$,
  'every function has a search path of its own');
select is_empty(
  $$select f.name from our_function f join pg_language l on l.oid = f.prolang and l.lanname = 'sql'$$,
  'and is in plpgsql, which keeps its plans');
select is_empty(
  $$select t.name, null from our_table t where obj_description(t.oid, 'pg_class') is null
    union all
    select t.name, a.attname from our_table t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where col_description(t.oid, a.attnum) is null$$,
  'every table and every column says what it is for');
select is_empty(
  $$select p.oid::regprocedure from pg_proc p where p.pronamespace = 'tmtp'::regnamespace and p.prosecdef$$,
  'no function lends its owner''s rights');

select * from finish();
rollback;
