/* One connection to PostgreSQL that comes back by itself. While the database is away, attempts are
 * spaced out (100 ms doubling to 5 s), and in between every statement fails at once: a request is
 * answered 503 rather than kept waiting. An answer that does not come within the statement time-out
 * and two seconds more means that the server or the way to it is dead. */
#include "directory/db/connection.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/base/random.h"

enum { GRACE_MS = 2000, FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 5000 };

static int close_connection(struct db *db)
{
    connection_drop(db);
    return 0;
}

enum agora_status db_open(void *mem, const struct config *config, struct db **out)
{
    struct db *db = talloc_zero(mem, struct db);

    if (db == NULL)
        return AGORA_INTERNAL;
    db->conninfo = config->database_connection;
    db->statement_timeout = (int)config->database_statement_timeout;
    db->timeout_us = (config->database_statement_timeout + GRACE_MS) * 1000;
    talloc_set_destructor(db, close_connection);
    *out = db;
    return AGORA_OK;
}

void connection_drop(struct db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    memset(db->prepared, 0, sizeof db->prepared);
    db->languages[0] = '\0';
}

static bool wait_readable(struct db *db, int64_t deadline_us)
{
    int64_t left_ms = (deadline_us - monotonic_us()) / 1000;
    struct pollfd p = {.fd = PQsocket(db->conn), .events = POLLIN};

    return left_ms > 0 && poll(&p, 1, (int)left_ms) >= 0;
}

PGresult *connection_answer(struct db *db)
{
    int64_t deadline_us = monotonic_us() + db->timeout_us;
    PGresult *last = NULL, *next;

    for (;;) {
        while (PQisBusy(db->conn)) {
            if (!wait_readable(db, deadline_us) || !PQconsumeInput(db->conn)) {
                PQclear(last);
                connection_drop(db);
                return NULL;
            }
        }
        if ((next = PQgetResult(db->conn)) == NULL)
            return last;
        PQclear(last);
        last = next;
    }
}

PGresult *connection_exec(struct db *db, const char *sql)
{
    if (!PQsendQuery(db->conn, sql)) {
        connection_drop(db);
        return NULL;
    }
    return connection_answer(db);
}

bool connection_alive(struct db *db)
{
    if (db->conn == NULL || PQstatus(db->conn) != CONNECTION_OK)
        return false;
    struct pollfd p = {.fd = PQsocket(db->conn), .events = POLLIN};
    while (poll(&p, 1, 0) > 0)
        if (!PQconsumeInput(db->conn))
            return false;
    return true;
}

/* What a fresh connection is told before it is used. Statements are not compiled to machine code:
 * it takes longer than any of ours does, and every connection would do it anew. */
static bool set_up(struct db *db)
{
    char sql[1024];
    size_t n = (size_t)snprintf(sql, sizeof sql,
                                "set statement_timeout = %d;"
                                "set idle_in_transaction_session_timeout = '60s';"
                                "set jit = off;",
                                db->statement_timeout);

    for (size_t i = 0; i < db->channels_n; i++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, "listen %s;", db->channels[i]);
    PGresult *r = connection_exec(db, sql);
    bool ok = r != NULL && PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok;
}

static void back_off(struct db *db)
{
    int64_t pause_ms = FIRST_PAUSE_MS << (db->failures < 6 ? db->failures : 6);
    unsigned char jitter;

    if (pause_ms > LONGEST_PAUSE_MS)
        pause_ms = LONGEST_PAUSE_MS;
    random_bytes(&jitter, 1);
    db->retry_us = monotonic_us() + pause_ms * (512 + jitter) * 1000 / 640;
    db->failures++;
}

/* The operator's string comes last, so that it can overrule what stands before it. */
static PGconn *dial(const struct db *db)
{
    static const char *const names[] = {"application_name", "connect_timeout", "tcp_user_timeout",
                                        "client_encoding",  "dbname",          NULL};
    const char *const values[] = {"agora", "3", "10000", "UTF8", db->conninfo, NULL};

    return PQconnectdbParams(names, values, 1);
}

static enum agora_status connect_if_needed(struct work *w)
{
    struct db *db = w->db;

    if (connection_alive(db))
        return AGORA_OK;
    bool lost = db->conn != NULL;
    connection_drop(db);
    if (monotonic_us() < db->retry_us)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "database away, waiting to try again");
    db->conn = dial(db);
    if (PQstatus(db->conn) == CONNECTION_OK && set_up(db)) {
        if (lost || db->failures > 0)
            log_event(LOG_NOTICE, "database_back", w, NULL);
        db->failures = 0;
        return AGORA_OK;
    }
    error_detail(&w->error, AGORA_UNAVAILABLE, "%s",
                 db->conn != NULL ? PQerrorMessage(db->conn) : "connection lost");
    if (db->failures == 0)
        log_event(LOG_ERR, "database_away", w, "detail", w->error.detail, NULL);
    connection_drop(db);
    back_off(db);
    return AGORA_UNAVAILABLE;
}

/* The languages of this work, when the one before had others. They are letters, digits, hyphens and
 * commas alone. */
static enum agora_status tell_languages(struct work *w)
{
    char sql[WORK_LANGUAGES + 40];
    struct db *db = w->db;

    if (strcmp(db->languages, w->languages) == 0)
        return AGORA_OK;
    snprintf(sql, sizeof sql, "set agora.languages = '%s'", w->languages);
    PGresult *r = connection_exec(db, sql);
    bool ok = r != NULL && PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    if (!ok)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "the languages could not be told");
    memcpy(db->languages, w->languages, sizeof db->languages);
    return AGORA_OK;
}

enum agora_status connection_ready(struct work *w)
{
    struct db *db = w->db;

    if (db->in_transaction)
        return db->conn != NULL
                   ? AGORA_OK
                   : error_detail(&w->error, AGORA_UNAVAILABLE, "connection lost in transaction");
    enum agora_status s = connect_if_needed(w);
    return s == AGORA_OK ? tell_languages(w) : s;
}
