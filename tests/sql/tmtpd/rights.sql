-- The server's role may do what it needs and no more; every table and column says what it is for.
begin;
set local search_path = public, pg_temp;
select no_plan();

-- table, and the rights that tmtpd_app has
create temp table may (of text, rights text[]) on commit drop;
insert into may values
    ('account', '{INSERT,SELECT,UPDATE}'), ('node', '{DELETE,INSERT,SELECT,UPDATE}'), ('alias', '{INSERT,SELECT}'),
    ('event', '{INSERT,SELECT}'), ('contact', '{DELETE,INSERT,SELECT,UPDATE}'), ('message', '{DELETE,INSERT,SELECT}'),
    ('member', '{INSERT,SELECT,UPDATE}'), ('user_group', '{INSERT,SELECT,UPDATE}'), ('permitted', '{SELECT}'),
    ('part', '{DELETE,INSERT,SELECT}'), ('mark', '{INSERT,SELECT,UPDATE}'),
    ('log', '{DELETE,INSERT,SELECT}'), ('log_0', '{DELETE,INSERT,SELECT,TRUNCATE}'), ('log_1', '{DELETE,INSERT,SELECT,TRUNCATE}'),
    ('log_2', '{DELETE,INSERT,SELECT,TRUNCATE}'), ('log_3', '{DELETE,INSERT,SELECT,TRUNCATE}'), ('queue', '{DELETE,INSERT,SELECT}'), ('migration', '{SELECT}'),
    ('idempotency', '{DELETE,INSERT,SELECT}');

select set_eq(
    $$ select table_name::text from information_schema.tables where table_schema = 'tmtp' $$,
    $$ select of from may $$, 'every table is listed here');
select is(
    (select array_agg(privilege_type::text order by privilege_type::text) from information_schema.role_table_grants
     where table_schema = 'tmtp' and table_name = of and grantee = 'tmtpd_app'),
    rights, 'rights on ' || of)
from may;
select ok(not has_schema_privilege('tmtpd_app', 'tmtp', 'CREATE'), 'it makes nothing in the schema');
select ok(not pg_has_role('tmtpd_app', (select nspowner from pg_namespace where nspname = 'tmtp'), 'MEMBER'), 'it is not the owner');

select is_empty(
    $$ select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'tmtp'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
           and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null) $$,
    'every table and column has a comment');
select is_empty(
    $$ select p.proname from pg_proc p where p.pronamespace = 'tmtp'::regnamespace
       and not coalesce(p.proconfig, '{}') @> array['search_path=""'] $$,
    'every function sets its search path');

select * from finish();
rollback;
