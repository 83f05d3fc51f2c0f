/*
 * One connection to PostgreSQL and its states.
 */
#include "tmtp-link/server/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "tmtp-link/server/log.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"

#define RETRY_FIRST_US INT64_C(100000)
#define RETRY_LAST_US  INT64_C(5000000)
#define PATIENCE_US    INT64_C(40000000) /* for one answer; above statement_timeout */

enum state { STATE_AWAY, STATE_CONNECTING, STATE_PREPARING, STATE_STARTING, STATE_READY };

struct connection {
    struct loop *loop;
    char *conninfo;
    enum connection_use use;
    struct connection_events events;
    PGconn *conn;
    enum state state;
    struct watch watch;
    struct timer timer; /* to try again, or to give up waiting */
    int64_t retry_us;   /* the next pause */
    bool started;       /* the statement of the program's start has run */
    int64_t first_id;

    bool under_way;     /* something was sent and its end is not back */
    bool unsent;        /* a statement of it could not be handed to libpq */
    PGresult **results; /* of a group, `begin` and `commit` left out */
    size_t result_count, result_room;
    bool begun, committed;
    char *failure;  /* the first error of what is under way */
    bool own_fault; /* and it was the statement's own */
};

static void forget_group(struct connection *c)
{
    for (size_t i = 0; i < c->result_count; i++) {
        PQclear(c->results[i]);
    }
    free(c->failure);
    c->failure = NULL;
    c->result_count = 0;
    c->under_way = c->unsent = c->begun = c->committed = c->own_fault = false;
}

/* The connection is of no more use. */
static void lost(struct connection *c, const char *why)
{
    bool own_fault = c->own_fault;

    log_event(LOG_LEVEL_ERROR, "database_lost", "detail", c->failure != NULL ? c->failure : why,
              NULL);
    loop_unwatch(c->loop, &c->watch);
    PQfinish(c->conn);
    c->conn = NULL;
    c->state = STATE_AWAY;
    forget_group(c);
    if (own_fault) {
        c->retry_us = RETRY_FIRST_US; /* nothing is wrong with the database */
    }
    loop_after(c->loop, &c->timer, c->retry_us);
    c->retry_us = c->retry_us * 2 > RETRY_LAST_US ? RETRY_LAST_US : c->retry_us * 2;
    c->events.lost(c->events.user, own_fault);
}

/* Keep the first failure. */
static void fail(struct connection *c, const char *why)
{
    if (c->failure == NULL) {
        c->failure = strdup(why);
    }
}

/* Whether an error is the statement's own: not the connection's, the machine's or another's. */
static bool is_own_fault(const PGresult *result)
{
    static const char *const not_own[] = {"08", "25", "40", "53", "55", "57", "58", "XX"};
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof not_own / sizeof *not_own; i++) {
        if (strncmp(sqlstate, not_own[i], 2) == 0) {
            return false;
        }
    }
    return true;
}

/* --- sending ------------------------------------------------------------------------------- */

/* Send what libpq holds; wait for room when the socket has none. */
static bool flush(struct connection *c)
{
    int left = PQflush(c->conn);
    uint32_t events = left == 0 ? (uint32_t)EPOLLIN : (uint32_t)EPOLLIN | (uint32_t)EPOLLOUT;

    return left >= 0 && loop_watch(c->loop, &c->watch, events);
}

static bool send_plain(struct connection *c, const char *sql)
{
    return PQsendQueryParams(c->conn, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

static bool send_prepared(struct connection *c, enum tmtpd_query query, const struct params *p)
{
    return PQsendQueryPrepared(c->conn, tmtpd_queries[query].name, p->count, p->values, p->lengths,
                               p->formats, 1) == 1;
}

/* What was handed to libpq so far is one thing to wait for. */
static void send_end(struct connection *c, bool sent)
{
    c->under_way = true;
    loop_after(c->loop, &c->timer, PATIENCE_US);
    if (!sent || PQpipelineSync(c->conn) != 1 || !flush(c)) {
        lost(c, PQerrorMessage(c->conn));
    }
}

void connection_begin(struct connection *c)
{
    c->unsent = !send_plain(c, "begin");
}

void connection_add(struct connection *c, enum tmtpd_query query, struct params *params)
{
    c->unsent = c->unsent || !params_ok(params) || !send_prepared(c, query, params);
}

void connection_end(struct connection *c)
{
    send_end(c, !c->unsent && send_plain(c, "commit"));
}

/* --- receiving ----------------------------------------------------------------------------- */

static bool keep(struct connection *c, PGresult *result)
{
    if (c->result_count == c->result_room) {
        size_t room = c->result_room == 0 ? 64 : c->result_room * 2;
        PGresult **results = reallocarray(c->results, room, sizeof *results);

        if (results == NULL) {
            return false;
        }
        c->results = results;
        c->result_room = room;
    }
    c->results[c->result_count++] = result;
    return true;
}

/* The answer of connect.sql: alone, version, id_block. */
static void judge_connect(struct connection *c, const PGresult *result)
{
    if (rows_int8(result, 0, 1) != (int64_t)tmtpd_migrations_count) {
        fail(c, "the database is not of this program's version: run tmtpd --migrate");
    } else if (!rows_bool(result, 0, 0)) {
        fail(c, "another tmtpd uses this database");
    }
    c->first_id = rows_int8(result, 0, 2) * CONNECTION_IDS;
}

/* One result. In a group the first is of `begin`, and the last that says COMMIT of that. */
static void take_result(struct connection *c, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        if (c->failure == NULL && status != PGRES_PIPELINE_ABORTED) {
            fail(c, PQresultErrorMessage(result));
            c->own_fault = c->state == STATE_READY && is_own_fault(result);
        }
    } else if (c->state == STATE_PREPARING && PQntuples(result) == 1) {
        judge_connect(c, result);
    } else if (c->state == STATE_READY && !c->begun) {
        c->begun = true;
    } else if (c->state == STATE_READY && strcmp(PQcmdStatus(result), "COMMIT") == 0) {
        c->committed = true;
    } else if (c->state == STATE_READY) {
        if (keep(c, result)) {
            return;
        }
        fail(c, "no memory");
    }
    PQclear(result);
}

static void become_ready(struct connection *c)
{
    forget_group(c);
    c->state = STATE_READY;
    c->started = true;
    log_event(LOG_LEVEL_INFO, "database_ready", NULL);
    c->events.ready(c->events.user, c->first_id);
}

static void group_done(struct connection *c)
{
    c->retry_us = RETRY_FIRST_US; /* not before: a full disk lets one connect, again and again */
    c->events.done(c->events.user, c->results); /* sends nothing before the turn ends */
    forget_group(c);
}

/* All that was sent is answered. */
static void answers_end(struct connection *c)
{
    loop_cancel(c->loop, &c->timer);
    if (c->failure != NULL) {
        lost(c, NULL);
    } else if (c->state == STATE_PREPARING && !c->started) {
        struct params none = {0};

        c->state = STATE_STARTING;
        send_end(c, send_prepared(c, QUERY_START, &none));
    } else if (c->state != STATE_READY) {
        become_ready(c);
    } else if (c->committed) {
        group_done(c);
    } else {
        lost(c, "the transaction did not commit");
    }
}

static void take_notifications(struct connection *c)
{
    PGnotify *notify;

    while (c->conn != NULL && (notify = PQnotifies(c->conn)) != NULL) {
        PQfreemem(notify);
        c->events.notified(c->events.user);
    }
}

static void receive(struct connection *c)
{
    int nulls = 0;

    if (PQconsumeInput(c->conn) != 1 || !flush(c)) {
        lost(c, PQerrorMessage(c->conn));
        return;
    }
    while (c->under_way && nulls < 2 && PQisBusy(c->conn) == 0) {
        PGresult *result = PQgetResult(c->conn);

        if (result == NULL) {
            nulls++; /* one follows each statement */
            continue;
        }
        nulls = 0;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            answers_end(c);
            break;
        }
        take_result(c, result);
    }
    take_notifications(c);
    if (c->conn != NULL && PQstatus(c->conn) != CONNECTION_OK) {
        lost(c, PQerrorMessage(c->conn));
    }
}

/* --- connecting ---------------------------------------------------------------------------- */

/*
 * Every statement looks up rows by their keys, a batch's worth at a time; a plan that was made
 * while a table was small must not come to read it whole when it has grown.
 */
static bool send_settings(struct connection *c)
{
    static const char *const settings[] = {
        "set timezone = 'UTC'",
        "set statement_timeout = '30s'",
        "set enable_seqscan = off",
        "set plan_cache_mode = force_generic_plan",
        "set enable_hashjoin = off",
        "set enable_mergejoin = off",
        "set jit = off",
    };
    /* What only reads also counts and lists. */
    size_t count = c->use == CONNECTION_READING ? 2 : sizeof settings / sizeof *settings;
    bool sent = true;

    for (size_t i = 0; i < count && sent; i++) {
        sent = send_plain(c, settings[i]);
    }
    return sent && (c->use != CONNECTION_READING || send_plain(c, "listen tmtp_event"));
}

/* Prepare every statement and ask for what connect.sql gives, all at once. */
static void prepare(struct connection *c)
{
    struct params use = {0};
    bool sent =
        PQsetnonblocking(c->conn, 1) == 0 && PQenterPipelineMode(c->conn) == 1 && send_settings(c);

    for (size_t i = 0; i < TMTPD_QUERIES && sent; i++) {
        sent = PQsendPrepare(c->conn, tmtpd_queries[i].name, tmtpd_queries[i].text, 0, NULL) == 1;
    }
    params_int4(&use, (int32_t)c->use);
    c->state = STATE_PREPARING;
    sent = sent && params_ok(&use) && send_prepared(c, QUERY_CONNECT, &use);
    if (c->use == CONNECTION_READING) {
        sent = sent && send_plain(c, "set default_transaction_read_only = on");
    }
    send_end(c, sent);
    params_free(&use);
}

static void connect_go_on(struct connection *c)
{
    PostgresPollingStatusType status = PQconnectPoll(c->conn);

    /* libpq may have closed its socket and opened another, perhaps of the same number */
    loop_unwatch(c->loop, &c->watch);
    c->watch.fd = PQsocket(c->conn);
    if (status == PGRES_POLLING_FAILED || c->watch.fd < 0) {
        lost(c, PQerrorMessage(c->conn));
    } else if (!loop_watch(c->loop, &c->watch,
                           status == PGRES_POLLING_WRITING ? (uint32_t)EPOLLOUT
                                                           : (uint32_t)EPOLLIN)) {
        lost(c, "epoll");
    } else if (status == PGRES_POLLING_OK) {
        prepare(c);
    }
}

static void connect_begin(struct connection *c)
{
    c->conn = PQconnectStart(c->conninfo);
    c->state = STATE_CONNECTING;
    loop_after(c->loop, &c->timer, PATIENCE_US);
    if (c->conn == NULL || PQstatus(c->conn) == CONNECTION_BAD) {
        lost(c, c->conn == NULL ? "no memory" : PQerrorMessage(c->conn));
        return;
    }
    c->watch.fd = PQsocket(c->conn);
    if (!loop_watch(c->loop, &c->watch, EPOLLOUT)) {
        lost(c, "epoll");
    }
}

static void connection_ready(struct watch *watch, uint32_t events)
{
    struct connection *c = CONTAINER(watch, struct connection, watch);

    (void)events;
    if (c->state == STATE_CONNECTING) {
        connect_go_on(c);
    } else {
        receive(c);
    }
}

static void connection_timer(struct timer *timer)
{
    struct connection *c = CONTAINER(timer, struct connection, timer);

    if (c->state == STATE_AWAY) {
        connect_begin(c);
    } else {
        lost(c, "no answer");
    }
}

struct connection *connection_new(struct loop *loop, const char *conninfo, enum connection_use use,
                                  struct connection_events events)
{
    struct connection *c = calloc(1, sizeof *c);

    if (c == NULL || (c->conninfo = strdup(conninfo)) == NULL) {
        free(c);
        return NULL;
    }
    c->loop = loop;
    c->use = use;
    c->started = use != CONNECTION_MAIN;
    c->events = events;
    c->watch.ready = connection_ready;
    c->timer.fire = connection_timer;
    c->retry_us = RETRY_FIRST_US;
    loop_after(loop, &c->timer, 0);
    return c;
}

void connection_free(struct connection *c)
{
    if (c != NULL) {
        loop_unwatch(c->loop, &c->watch);
        loop_cancel(c->loop, &c->timer);
        forget_group(c);
        PQfinish(c->conn);
        free(c->results);
        free(c->conninfo);
        free(c);
    }
}

bool connection_up(const struct connection *c)
{
    return c->state == STATE_READY;
}

bool connection_free_for_more(const struct connection *c)
{
    return c->state == STATE_READY && !c->under_way;
}

void connection_renew(struct connection *c, const char *why)
{
    lost(c, why);
}
