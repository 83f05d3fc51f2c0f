/* Migrations as GNU Taler has them: numbered files that run once, and functions that are made again
 * each time. What ran is written down with its hash, so that a file that was changed later is found
 * out. */
#include "directory/db/migrate.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/db/connection.h"

/* clang-format off */
static const char *const prelude =
    "set client_min_messages = warning;"
    "select pg_advisory_lock(hashtext('agora.migration'));"
    "create schema if not exists agora;"
    "create table if not exists agora.migration ("
    "  name text primary key,"
    "  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),"
    "  applied_at timestamptz not null default now());"
    "comment on table agora.migration is 'Migrations that were applied to this database';"
    "comment on column agora.migration.name is 'File in sql/directory/migrations, without .sql';"
    "comment on column agora.migration.sha256 is 'Its contents when it was applied';"
    "comment on column agora.migration.applied_at is 'When';"
    "grant select on agora.migration to agora_app;"
    /* A temporary table or type could stand in for one of ours. Rights on a database are not in a
     * dump nor in a template, hence each time; only its owner can take them. */
    "do $$ begin"
    "  execute format('revoke temporary on database %I from public', current_database());"
    "end $$;"
    "create table if not exists agora.remade (signature text primary key);"
    "comment on table agora.remade is 'Functions that sql/directory/functions made last time';"
    "comment on column agora.remade.signature is 'Name and types of the arguments';";

/* Before functions are made again, those of last time go, so that one may change its return type and
 * one that has left the files is not callable for ever. What others hang on (a trigger, an index) stays
 * and is replaced. Bodies are checked by their tests, not while half of what they call is there. */
static const char *const drop_functions =
    "begin;"
    "set local check_function_bodies = off;"
    "set local search_path = '';"
    "do $$ declare f regprocedure; begin"
    "  for f in select p.oid"
    "             from agora.remade r join pg_proc p on p.oid = to_regprocedure(r.signature)"
    "            where not exists (select from pg_depend d"
    "                   where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid)"
    "  loop execute 'drop routine ' || f; end loop;"
    "end $$;"
    "delete from agora.remade;"
    "set local search_path to default;";

static const char *const remember_functions =
    "set local search_path = '';"
    "insert into agora.remade"
    "  select p.oid::regprocedure::text from pg_proc p"
    "   where p.pronamespace = 'agora'::regnamespace and p.xmin = pg_current_xact_id()::xid;"
    "commit;";
/* clang-format on */

static enum agora_status out_of_words(struct error *e, const PGconn *conn)
{
    return error_set(e, AGORA_UNAVAILABLE, NULL, "%.500s", PQerrorMessage(conn));
}

/* Line of a file at which PostgreSQL stumbled; its position counts characters from 1. */
static int line_of(const char *text, const char *position)
{
    long left = position != NULL ? strtol(position, NULL, 10) - 1 : 0;
    int line = 1;

    for (; *text != '\0' && left > 0; text++) {
        line += *text == '\n';
        left -= ((unsigned char)*text & 0xc0) != 0x80;
    }
    return line;
}

static enum agora_status file_failed(struct error *e, const char *folder,
                                     const struct directory_sql *file, const PGresult *r)
{
    const char *where = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);

    return error_set(e, AGORA_INTERNAL, NULL, "sql/directory/%s/%s.sql:%d: %.350s", folder,
                     file->name, line_of(file->text, where), PQresultErrorMessage(r));
}

static enum agora_status exec(PGconn *conn, const char *sql, struct error *e)
{
    PGresult *r = PQexec(conn, sql);
    ExecStatusType s = PQresultStatus(r);

    PQclear(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK ? AGORA_OK : out_of_words(e, conn);
}

static enum agora_status run_file(PGconn *conn, const char *folder,
                                  const struct directory_sql *file, struct error *e)
{
    PGresult *r = PQexec(conn, file->text);
    ExecStatusType status = PQresultStatus(r);
    enum agora_status s = AGORA_OK;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        s = file_failed(e, folder, file, r);
    PQclear(r);
    return s;
}

static enum agora_status write_down(PGconn *conn, const struct directory_sql *file, struct error *e)
{
    char hash[2 * SHA256_LEN + 1];

    sha256_hex(file->text, strlen(file->text), hash);
    PGresult *r = PQexecParams(conn, "insert into agora.migration (name, sha256) values ($1, $2)",
                               2, NULL, (const char *const[]){file->name, hash}, NULL, NULL, 0);
    ExecStatusType s = PQresultStatus(r);
    PQclear(r);
    return s == PGRES_COMMAND_OK ? AGORA_OK : out_of_words(e, conn);
}

static enum agora_status apply(PGconn *conn, const struct directory_sql *file, FILE *out,
                               struct error *e)
{
    enum agora_status s = exec(conn, "begin", e);

    if (s == AGORA_OK)
        s = run_file(conn, "migrations", file, e);
    if (s == AGORA_OK)
        s = write_down(conn, file, e);
    if (s == AGORA_OK)
        s = exec(conn, "commit", e);
    if (s == AGORA_OK)
        fprintf(out, "applied %s\n", file->name);
    return s;
}

/* Functions call each other in any order; bodies are checked by their tests, not while half are
 * there. */
static enum agora_status make_functions(PGconn *conn, FILE *out, struct error *e)
{
    enum agora_status s = exec(conn, drop_functions, e);

    for (size_t i = 0; s == AGORA_OK && i < directory_functions_count; i++)
        s = run_file(conn, "functions", &directory_functions[i], e);
    if (s == AGORA_OK)
        s = exec(conn, remember_functions, e);
    if (s == AGORA_OK)
        fprintf(out, "made %zu files of functions\n", directory_functions_count);
    return s;
}

static const struct directory_sql *find_migration(const char *name)
{
    for (size_t i = 0; i < directory_migrations_count; i++)
        if (strcmp(directory_migrations[i].name, name) == 0)
            return &directory_migrations[i];
    return NULL;
}

/* A migration that the database has: do we have it, and the same? */
static enum agora_status check_applied(const char *name, const char *hash, struct error *e)
{
    const struct directory_sql *file = find_migration(name);
    char ours[2 * SHA256_LEN + 1];

    if (file == NULL)
        return error_set(e, AGORA_CONFLICT, NULL,
                         "The database is newer than this program: it has migration %s.", name);
    sha256_hex(file->text, strlen(file->text), ours);
    if (strcmp(ours, hash) != 0)
        return error_set(e, AGORA_CONFLICT, NULL,
                         "Migration %s has changed since it was applied to the database.", name);
    return AGORA_OK;
}

static enum agora_status apply_missing(PGconn *conn, const PGresult *applied, FILE *out,
                                       struct error *e)
{
    enum agora_status s = AGORA_OK;
    int had = PQntuples(applied);

    for (int i = 0; s == AGORA_OK && i < had; i++)
        s = check_applied(PQgetvalue(applied, i, 0), PQgetvalue(applied, i, 1), e);
    for (size_t i = 0; s == AGORA_OK && i < directory_migrations_count; i++) {
        bool there = false;
        for (int j = 0; j < had && !there; j++)
            there = strcmp(PQgetvalue(applied, j, 0), directory_migrations[i].name) == 0;
        if (!there)
            s = apply(conn, &directory_migrations[i], out, e);
    }
    return s;
}

enum agora_status migrate(const char *connection, FILE *out, struct error *e)
{
    PGconn *conn = PQconnectdb(connection);
    enum agora_status s =
        PQstatus(conn) == CONNECTION_OK ? exec(conn, prelude, e) : out_of_words(e, conn);

    if (s == AGORA_OK) {
        PGresult *applied = PQexec(conn, "select name, sha256 from agora.migration order by name");
        s = PQresultStatus(applied) == PGRES_TUPLES_OK ? apply_missing(conn, applied, out, e)
                                                       : out_of_words(e, conn);
        PQclear(applied);
    }
    if (s == AGORA_OK)
        s = make_functions(conn, out, e);
    PQfinish(conn);
    return s;
}

enum agora_status migrate_check(struct work *w)
{
    struct db_result *applied;
    enum agora_status s = DB_RUN0(w, QUERY_MIGRATION_LIST, &applied);

    if (s != AGORA_OK)
        return s;
    for (size_t i = 0; s == AGORA_OK && i < db_rows(applied); i++)
        s = check_applied(db_text(applied, i, 0), db_text(applied, i, 1), &w->error);
    if (s == AGORA_OK && db_rows(applied) < directory_migrations_count)
        s = error_set(&w->error, AGORA_CONFLICT, NULL,
                      "The database is older than this program: run agoractl migrate.");
    return s;
}
