/*
 * Migrations. Plain and blocking: nothing else runs in this process.
 */
#include "tmtp-link/server/migrate.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/log.h"
#include "tmtpd_sql.h"

/* The role the server runs as; grants in the migrations name it. */
static const char setup[] =
    "begin;"
    "select pg_advisory_xact_lock(7406, 2);"
    "set local client_min_messages = warning;"
    "set local check_function_bodies = off;"
    "do $$ begin"
    "    if not exists (select from pg_roles where rolname = 'tmtpd_app') then"
    "        create role tmtpd_app login;"
    "    end if;"
    "end $$;"
    /* Rights on a database are not in a dump nor in a template, hence each time. */
    "do $$ begin"
    "    execute format('revoke temporary on database %I from public', current_database());"
    "end $$;"
    "create schema if not exists tmtp;"
    "comment on schema tmtp is 'The TMTP server tmtpd.';"
    "create table if not exists tmtp.migration ("
    "    name text primary key, done timestamptz not null default now());"
    "comment on table tmtp.migration is 'Migrations that were run.';"
    "comment on column tmtp.migration.name is 'Which.';"
    "comment on column tmtp.migration.done is 'When.';";

static bool run(PGconn *conn, const char *name, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!ok) {
        log_event(LOG_LEVEL_ERROR, "migration_failed", "name", name, "detail", PQerrorMessage(conn),
                  NULL);
    }
    PQclear(result);
    return ok;
}

/* How many migrations the database has had; -1 on failure. */
static int done_count(PGconn *conn)
{
    PGresult *result = PQexec(conn, "select name from tmtp.migration order by name");
    int count = PQresultStatus(result) == PGRES_TUPLES_OK ? PQntuples(result) : -1;

    for (int i = 0; i < count; i++) {
        if (i >= (int)tmtpd_migrations_count ||
            strcmp(PQgetvalue(result, i, 0), tmtpd_migrations[i].name) != 0) {
            log_event(LOG_LEVEL_ERROR, "migration_failed", "detail",
                      "the database is newer than the program", "name", PQgetvalue(result, i, 0),
                      NULL);
            count = -1;
        }
    }
    PQclear(result);
    return count;
}

static bool run_migration(PGconn *conn, const struct tmtpd_sql *migration)
{
    const char *const values[] = {migration->name};
    PGresult *result;
    bool ok;

    if (!run(conn, migration->name, migration->text)) {
        return false;
    }
    result = PQexecParams(conn, "insert into tmtp.migration (name) values ($1)", 1, NULL, values,
                          NULL, NULL, 0);
    ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return ok;
}

int migrate(const char *conninfo)
{
    PGconn *conn = PQconnectdb(conninfo);
    bool ok = PQstatus(conn) == CONNECTION_OK;
    int done = -1;

    if (!ok) {
        log_event(LOG_LEVEL_ERROR, "database_away", "detail", PQerrorMessage(conn), NULL);
    }
    ok = ok && run(conn, "setup", setup);
    if (ok) {
        done = done_count(conn);
        ok = done >= 0;
    }
    for (size_t i = (size_t)(done > 0 ? done : 0); ok && i < tmtpd_migrations_count; i++) {
        ok = run_migration(conn, &tmtpd_migrations[i]);
    }
    for (size_t i = 0; ok && i < tmtpd_functions_count; i++) {
        ok = run(conn, tmtpd_functions[i].name, tmtpd_functions[i].text);
    }
    ok = ok && run(conn, "commit", "commit");
    if (ok) {
        log_event(LOG_LEVEL_INFO, "migrated", "new", LOG_NUMBER((int)tmtpd_migrations_count - done),
                  "version", LOG_NUMBER(tmtpd_migrations_count), NULL);
    }
    PQfinish(conn);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
