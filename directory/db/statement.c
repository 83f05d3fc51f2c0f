/* Running statements: prepared by name on first use, tried again where that is safe, and honest
 * about the case where nobody knows what happened. */
#include <limits.h>
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

/* A statement with its parameters, as it is sent, once or more. */
struct call {
    enum directory_query query;
    size_t n;
    const char *const *params;
    const int *lengths, *formats; /* of the parameters; NULL when all are text */
    int answer;                   /* 1: the answer in binary form */
};

static enum tried run_once(struct work *w, const struct call *c, PGresult **out)
{
    struct db *db = w->db;
    const char *name = directory_queries[c->query].name;

    if (!PQsendQueryPrepared(db->conn, name, (int)c->n, c->params, c->lengths, c->formats,
                             c->answer))
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

static enum agora_status run(struct work *w, const struct call *c, struct db_result **out)
{
    enum directory_query query = c->query;

    for (int try = 1;; try++) {
        PGresult *r = NULL;
        enum agora_status s = connection_ready(w);
        if (s == AGORA_OK)
            s = statement_prepare(w, query);
        if (s != AGORA_OK)
            return s;
        enum tried t = run_once(w, c, &r);
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

enum agora_status db_run(struct work *w, enum directory_query query, size_t n,
                         const char *const params[], struct db_result **out)
{
    return run(w, &(struct call){.query = query, .n = n, .params = params}, out);
}

enum agora_status db_run_octets(struct work *w, enum directory_query query, size_t n,
                                const char *const params[], struct db_octets last,
                                struct db_result **out)
{
    const char *all[DB_OCTETS_PARAMS] = {NULL};
    int lengths[DB_OCTETS_PARAMS] = {0}, formats[DB_OCTETS_PARAMS] = {0};

    if (n >= DB_OCTETS_PARAMS || last.len > INT_MAX)
        return error_detail(&w->error, AGORA_INTERNAL, "too much for a statement");
    memcpy(all, params, n * sizeof all[0]);
    all[n] = last.data;
    lengths[n] = (int)last.len;
    formats[n] = 1;
    return run(
        w,
        &(struct call){
            .query = query, .n = n + 1, .params = all, .lengths = lengths, .formats = formats},
        out);
}

enum agora_status db_octets(struct work *w, enum directory_query query, size_t n,
                            const char *const params[], struct db_octets *out)
{
    struct db_result *result = NULL;
    enum agora_status s =
        run(w, &(struct call){.query = query, .n = n, .params = params, .answer = 1}, &result);

    if (s != AGORA_OK)
        return s;
    if (result == NULL || db_rows(result) == 0 || PQgetisnull(result->pg, 0, 0))
        return error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
    *out = (struct db_octets){.data = PQgetvalue(result->pg, 0, 0),
                              .len = (size_t)PQgetlength(result->pg, 0, 0)};
    return AGORA_OK;
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
