/* Running statements: prepared by name on first use, tried again where that is safe, and honest
 * about the case where nobody knows what happened. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "directory/base/log.h"
#include "directory/base/random.h"
#include "directory/db/connection.h"

enum { MOST_TRIES = 5 };

/* What became of one try. */
enum tried { TRIED_OK, TRIED_FAILED, TRIED_TRANSIENT, TRIED_STALE, TRIED_LOST };

static bool result_ok(const PGresult *result)
{
    ExecStatusType s = PQresultStatus(result);

    return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK;
}

enum agora_status statement_prepare(struct work *w, enum directory_query query)
{
    struct db *db = w->db;
    const struct directory_sql *q = &directory_queries[query];
    PGresult *r = NULL;

    if (db->prepared[query])
        return AGORA_OK;
    if (PQsendPrepare(db->conn, q->name, q->text, 0, NULL))
        r = connection_answer(db);
    else
        connection_drop(db);
    if (r != NULL && result_ok(r)) {
        PQclear(r);
        db->prepared[query] = true;
        return AGORA_OK;
    }
    enum agora_status s = failure_of(w, r);
    if (s == AGORA_INTERNAL)
        error_detail(&w->error, s, "sql/directory/queries/%s.sql: %s", q->name,
                     PQresultErrorMessage(r));
    PQclear(r);
    return s;
}

static enum tried classify(const struct db *db, PGresult *r)
{
    if (r == NULL || db->conn == NULL || PQstatus(db->conn) != CONNECTION_OK)
        return TRIED_LOST;
    if (result_ok(r))
        return TRIED_OK;
    if (failure_transient(r))
        return TRIED_TRANSIENT;
    return failure_stale_plan(r) ? TRIED_STALE : TRIED_FAILED;
}

/* A little while, longer each time and never the same, so that two that collided do not meet again.
 */
static void pause_before(int try)
{
    unsigned char jitter;

    random_bytes(&jitter, 1);
    nanosleep(&(struct timespec){.tv_nsec = ((long)try * 5 + jitter / 16) * 1000000}, NULL);
}

static enum tried run_once(struct work *w, enum directory_query query, size_t n,
                           const char *const params[], PGresult **out)
{
    struct db *db = w->db;
    const char *name = directory_queries[query].name;

    if (!PQsendQueryPrepared(db->conn, name, (int)n, params, NULL, NULL, 0))
        connection_drop(db);
    else
        *out = connection_answer(db);
    return classify(db, *out);
}

/* Whether what was tried may be tried again, having had no effect or a repeatable one. */
static bool again(struct work *w, enum tried t, int try)
{
    if (w->db->in_transaction)
        return false;
    switch (t) {
    case TRIED_TRANSIENT:
        if (try >= MOST_TRIES)
            return false;
        pause_before(try);
        return true;
    case TRIED_STALE:
        connection_drop(w->db);
        return try == 1;
    case TRIED_LOST:
        connection_drop(w->db);
        return w->reading && try == 1;
    default:
        return false;
    }
}

static enum agora_status hand_over(struct work *w, PGresult *pg, struct db_result **out);

enum agora_status db_run(struct work *w, enum directory_query query, size_t n,
                         const char *const params[], struct db_result **out)
{
    for (int try = 1;; try++) {
        PGresult *r = NULL;
        enum agora_status s = connection_ready(w);
        if (s == AGORA_OK)
            s = statement_prepare(w, query);
        if (s != AGORA_OK)
            return s;
        enum tried t = run_once(w, query, n, params, &r);
        if (t == TRIED_OK)
            return hand_over(w, r, out);
        if (again(w, t, try)) {
            PQclear(r);
            continue;
        }
        s = failure_of(w, r);
        PQclear(r);
        if (t == TRIED_LOST && !w->reading && !w->db->in_transaction)
            return error_detail(&w->error, AGORA_UNCERTAIN, "answer lost: %s",
                                directory_queries[query].name);
        if (t == TRIED_LOST)
            return error_detail(&w->error, AGORA_UNAVAILABLE, "connection lost: %s",
                                directory_queries[query].name);
        return s;
    }
}

static int clear_result(struct db_result *result)
{
    PQclear(result->pg);
    return 0;
}

static enum agora_status hand_over(struct work *w, PGresult *pg, struct db_result **out)
{
    if (out == NULL) {
        PQclear(pg);
        return AGORA_OK;
    }
    struct db_result *result = talloc(w->mem, struct db_result);
    if (result == NULL) {
        PQclear(pg);
        return work_out_of_memory(w);
    }
    result->pg = pg;
    talloc_set_destructor(result, clear_result);
    *out = result;
    return AGORA_OK;
}

enum agora_status db_check_statements(struct work *w)
{
    enum agora_status s = connection_ready(w);

    for (int q = 0; s == AGORA_OK && q < DIRECTORY_QUERIES; q++)
        s = statement_prepare(w, (enum directory_query)q);
    return s;
}
