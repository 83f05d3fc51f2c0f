/*
 * One connection and its states. Whatever goes wrong on it, an error in a statement too, ends it:
 * the batch goes back to the front, and a new connection begins with a clean transaction.
 *
 * A statement that the database refuses for its own sake (not for want of memory, space or a
 * server) would come back for ever. After such a failure the requests of that batch run one by one;
 * the one that fails alone is settled without a result.
 */
#include "tmtp-link/server/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "tmtp-link/server/log.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"

#define RETRY_FIRST_US INT64_C(100000)
#define RETRY_LAST_US  INT64_C(5000000)
#define PATIENCE_US    INT64_C(40000000) /* for one answer; above statement_timeout */
#define IDS_A_BLOCK    (INT64_C(1) << 40)

/* A batch takes so much of each kind, so that no kind keeps another waiting. */
enum { KINDS_MAX = 24, OF_KIND_MAX = 256, OF_KIND_OCTETS = 4 << 20 };
enum { BATCH_MAX = KINDS_MAX * OF_KIND_MAX };

enum state { STATE_AWAY, STATE_CONNECTING, STATE_PREPARING, STATE_STARTING, STATE_READY };

/* One statement of a batch and the requests it carries. */
struct execution {
    const struct request_kind *kind;
    struct request **list;
    size_t count;
    PGresult *result;
};

struct store {
    struct loop *loop;
    char *conninfo;
    struct store_events events;
    const struct request_kind *const *kinds;
    struct request *first[KINDS_MAX], *last[KINDS_MAX]; /* waiting, by kind */
    size_t waiting;

    PGconn *conn;
    enum state state;
    struct watch watch;
    struct timer timer; /* to try again, or to give up waiting */
    int64_t retry_us;
    bool started; /* the statement of the program's start has run */
    int64_t next_id, end_id;

    struct execution executions[BATCH_MAX];
    struct request *requests[BATCH_MAX];
    size_t execution_count, request_count;
    size_t answers; /* results seen of what is under way */
    bool under_way; /* something was sent and its sync is not back */
    size_t careful; /* requests still to be run one by one */
    char *failure;  /* first error of what is under way */
    bool own_fault; /* and it was the statement's own */
};

static void connect_begin(struct store *store);

/* --- failing ------------------------------------------------------------------------------- */

/* Put the batch back to the front of what waits, in its order. */
static void put_back(struct store *store)
{
    for (size_t i = store->request_count; i-- > 0;) {
        struct request *request = store->requests[i];
        size_t k = 0;

        while (store->kinds[k] != request->kind) {
            k++;
        }
        request->next = store->first[k];
        store->first[k] = request;
        if (request->next == NULL) {
            store->last[k] = request;
        }
        store->waiting++;
    }
    store->request_count = 0;
}

static void drop_results(struct store *store)
{
    for (size_t i = 0; i < store->execution_count; i++) {
        PQclear(store->executions[i].result);
    }
    store->execution_count = 0;
    store->under_way = false;
    store->answers = 0;
    free(store->failure);
    store->failure = NULL;
    store->own_fault = false;
}

/* The connection is of no more use. */
static void lost(struct store *store, const char *why)
{
    bool was_ready = store->state == STATE_READY;
    bool refused = store->own_fault && store->request_count == 1;

    log_event(LOG_LEVEL_ERROR, "database_lost", "detail",
              store->failure != NULL ? store->failure : why, NULL);
    loop_unwatch(store->loop, &store->watch);
    loop_cancel(store->loop, &store->timer);
    PQfinish(store->conn);
    store->conn = NULL;
    store->state = STATE_AWAY;
    if (refused) {
        store->requests[0]->kind->settle(store->requests, 1, NULL);
        store->request_count = 0;
    } else if (store->own_fault) {
        store->careful = store->request_count;
    }
    if (store->own_fault) {
        store->retry_us = RETRY_FIRST_US;
    }
    drop_results(store);
    put_back(store);
    loop_after(store->loop, &store->timer, store->retry_us);
    store->retry_us = store->retry_us * 2 > RETRY_LAST_US ? RETRY_LAST_US : store->retry_us * 2;
    if (was_ready) {
        store->events.changed(store->events.user, false);
    }
}

/* Whether a failure is the statement's own: not the connection's, the machine's or another's. */
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

/* Send what libpq holds, waiting for room when the socket has none. */
static bool flush(struct store *store)
{
    int left = PQflush(store->conn);

    return left >= 0 && loop_watch(store->loop, &store->watch,
                                   left == 0 ? EPOLLIN : (uint32_t)EPOLLIN | EPOLLOUT);
}

static bool send_plain(struct store *store, const char *sql)
{
    return PQsendQueryParams(store->conn, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

/* What was sent so far is one thing to wait for. */
static bool send_end(struct store *store)
{
    store->under_way = true;
    loop_after(store->loop, &store->timer, PATIENCE_US);
    return PQpipelineSync(store->conn) == 1 && flush(store);
}

static bool send_execution(struct store *store, struct execution *execution)
{
    struct params params = {0};
    const char *name = tmtpd_queries[execution->kind->query].name;
    bool sent;

    execution->kind->write(&params, execution->list, execution->count);
    sent = params_ok(&params) && PQsendQueryPrepared(store->conn, name, params.count, params.values,
                                                     params.lengths, params.formats, 1) == 1;
    params_free(&params);
    return sent;
}

/* Move up to @a most requests of one kind from what waits into the batch. */
static void take(struct store *store, size_t k, size_t most)
{
    const struct request_kind *kind = store->kinds[k];
    struct execution *execution = NULL;
    size_t octets = 0;

    for (size_t i = 0; store->first[k] != NULL && i < most && octets < OF_KIND_OCTETS; i++) {
        struct request *request = store->first[k];

        if (execution == NULL || execution->count == kind->most) {
            execution = &store->executions[store->execution_count++];
            *execution =
                (struct execution){.kind = kind, .list = &store->requests[store->request_count]};
        }
        store->first[k] = request->next;
        request->next = NULL;
        execution->count++;
        store->requests[store->request_count++] = request;
        store->waiting--;
        octets += request->octets;
    }
}

void store_turn(struct store *store)
{
    bool sent;

    if (store->state != STATE_READY || store->under_way || store->waiting == 0) {
        return;
    }
    for (size_t k = 0; store->kinds[k] != NULL; k++) {
        if (store->careful == 0) {
            take(store, k, OF_KIND_MAX);
        } else if (store->request_count == 0) {
            take(store, k, 1);
        }
    }
    sent = send_plain(store, "begin");
    for (size_t i = 0; i < store->execution_count && sent; i++) {
        sent = send_execution(store, &store->executions[i]);
    }
    if (!sent || !send_plain(store, "commit") || !send_end(store)) {
        lost(store, PQerrorMessage(store->conn));
    }
}

/* --- receiving ----------------------------------------------------------------------------- */

static void settle_batch(struct store *store)
{
    struct execution *executions = store->executions;
    size_t count = store->execution_count;

    store->under_way = false; /* nothing goes out before the turn ends, so the arrays stay */
    store->request_count = 0;
    store->answers = 0;
    if (store->careful > 0) {
        store->careful--;
    }
    for (size_t i = 0; i < count; i++) {
        executions[i].kind->settle(executions[i].list, executions[i].count, executions[i].result);
        PQclear(executions[i].result);
    }
    store->execution_count = 0;
}

static void become_ready(struct store *store)
{
    store->state = STATE_READY;
    store->started = true;
    store->under_way = false;
    store->answers = 0;
    store->retry_us = RETRY_FIRST_US;
    log_event(LOG_LEVEL_INFO, "database_ready", NULL);
    store->events.changed(store->events.user, true);
}

/* The answer of connect.sql, in binary form: alone, version, id_block. */
static const char *judge_connect(struct store *store, const PGresult *result)
{
    uint64_t big;

    memcpy(&big, PQgetvalue(result, 0, 1), sizeof big);
    if (be64toh(big) != tmtpd_migrations_count) {
        return "the database is not of this program's version: run tmtpd --migrate";
    }
    if (*PQgetvalue(result, 0, 0) == 0) {
        return "another tmtpd uses this database";
    }
    memcpy(&big, PQgetvalue(result, 0, 2), sizeof big);
    store->next_id = (int64_t)be64toh(big) * IDS_A_BLOCK;
    store->end_id = store->next_id + IDS_A_BLOCK;
    return NULL;
}

/* All that was sent is answered. */
static void end_of_answers(struct store *store)
{
    loop_cancel(store->loop, &store->timer);
    if (store->failure != NULL) {
        lost(store, NULL);
    } else if (store->state == STATE_READY) {
        settle_batch(store);
        if (store->end_id - store->next_id < IDS_A_BLOCK / 2) {
            lost(store, "the block of message ids is used up");
        }
    } else if (store->state == STATE_PREPARING && !store->started) {
        store->state = STATE_STARTING;
        store->answers = 0;
        if (PQsendQueryPrepared(store->conn, tmtpd_queries[QUERY_START].name, 0, NULL, NULL, NULL,
                                1) != 1 ||
            !send_end(store)) {
            lost(store, PQerrorMessage(store->conn));
        }
    } else {
        become_ready(store);
    }
}

/* One result; the first of a batch is of `begin`, so result i is of execution i - 1. */
static void take_result(struct store *store, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    size_t i = store->answers++;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        if (store->failure == NULL && status != PGRES_PIPELINE_ABORTED) {
            store->failure = strdup(PQresultErrorMessage(result));
            store->own_fault = store->state == STATE_READY && is_own_fault(result);
        }
    } else if (store->state == STATE_READY && i > 0 && i <= store->execution_count) {
        store->executions[i - 1].result = result;
        return;
    } else if (store->state == STATE_READY && i > 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        store->failure = strdup("the transaction did not commit");
    } else if (store->state == STATE_PREPARING && PQntuples(result) == 1) {
        const char *why = judge_connect(store, result);

        if (why != NULL && store->failure == NULL) {
            store->failure = strdup(why);
        }
    }
    PQclear(result);
}

static void receive(struct store *store)
{
    PGnotify *notify;
    int nulls = 0;

    if (PQconsumeInput(store->conn) != 1 || !flush(store)) {
        lost(store, PQerrorMessage(store->conn));
        return;
    }
    while (store->under_way && nulls < 2 && PQisBusy(store->conn) == 0) {
        PGresult *result = PQgetResult(store->conn);

        if (result == NULL) {
            nulls++; /* one follows each statement */
            continue;
        }
        nulls = 0;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            end_of_answers(store);
            break;
        }
        take_result(store, result);
    }
    while (store->conn != NULL && (notify = PQnotifies(store->conn)) != NULL) {
        PQfreemem(notify);
        store->events.notified(store->events.user);
    }
    if (store->conn != NULL && PQstatus(store->conn) != CONNECTION_OK) {
        lost(store, PQerrorMessage(store->conn));
    }
}

/* --- connecting ---------------------------------------------------------------------------- */

/* Prepare every statement and ask for what connect.sql gives, all at once. */
static void prepare(struct store *store)
{
    bool sent = PQsetnonblocking(store->conn, 1) == 0 && PQenterPipelineMode(store->conn) == 1 &&
                send_plain(store, "set timezone = 'UTC'") &&
                send_plain(store, "set statement_timeout = '30s'") &&
                send_plain(store, "listen tmtp_event");

    for (size_t i = 0; i < TMTPD_QUERIES && sent; i++) {
        sent =
            PQsendPrepare(store->conn, tmtpd_queries[i].name, tmtpd_queries[i].text, 0, NULL) == 1;
    }
    store->state = STATE_PREPARING;
    store->answers = 0;
    if (!sent ||
        PQsendQueryPrepared(store->conn, tmtpd_queries[QUERY_CONNECT].name, 0, NULL, NULL, NULL,
                            1) != 1 ||
        !send_end(store)) {
        lost(store, PQerrorMessage(store->conn));
    }
}

static void connect_go_on(struct store *store)
{
    PostgresPollingStatusType status = PQconnectPoll(store->conn);
    int fd = PQsocket(store->conn);
    uint32_t events = status == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT;

    if (fd != store->watch.fd) { /* it tries the next address on another socket */
        loop_unwatch(store->loop, &store->watch);
        store->watch.fd = fd;
    }
    if (status == PGRES_POLLING_FAILED || fd < 0) {
        lost(store, PQerrorMessage(store->conn));
    } else if (status == PGRES_POLLING_OK) {
        prepare(store);
    } else {
        /* libpq may have closed a socket and opened another of the same number */
        loop_unwatch(store->loop, &store->watch);
        if (!loop_watch(store->loop, &store->watch, events)) {
            lost(store, "epoll");
        }
    }
}

static void connect_begin(struct store *store)
{
    store->conn = PQconnectStart(store->conninfo);
    store->state = STATE_CONNECTING;
    loop_after(store->loop, &store->timer, PATIENCE_US);
    if (store->conn == NULL || PQstatus(store->conn) == CONNECTION_BAD) {
        lost(store, store->conn == NULL ? "no memory" : PQerrorMessage(store->conn));
        return;
    }
    store->watch.fd = PQsocket(store->conn);
    if (!loop_watch(store->loop, &store->watch, EPOLLOUT)) {
        lost(store, "epoll");
    }
}

static void store_ready(struct watch *watch, uint32_t events)
{
    struct store *store = CONTAINER(watch, struct store, watch);

    (void)events;
    if (store->state == STATE_CONNECTING) {
        connect_go_on(store);
    } else {
        receive(store);
    }
}

static void store_timer(struct timer *timer)
{
    struct store *store = CONTAINER(timer, struct store, timer);

    if (store->state == STATE_AWAY) {
        connect_begin(store);
    } else {
        lost(store, "no answer");
    }
}

struct store *store_new(struct loop *loop, const char *conninfo,
                        const struct request_kind *const kinds[], struct store_events events)
{
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL || (store->conninfo = strdup(conninfo)) == NULL) {
        free(store);
        return NULL;
    }
    store->loop = loop;
    store->kinds = kinds;
    store->events = events;
    store->watch.ready = store_ready;
    store->timer.fire = store_timer;
    store->retry_us = RETRY_FIRST_US;
    loop_after(loop, &store->timer, 0);
    return store;
}

void store_give_up(struct store *store)
{
    if (store == NULL) {
        return;
    }
    drop_results(store);
    put_back(store);
    for (size_t k = 0; store->kinds[k] != NULL; k++) {
        while (store->first[k] != NULL) {
            struct request *request = store->first[k];

            store->first[k] = request->next;
            store->waiting--;
            request->kind->settle(&request, 1, NULL);
        }
    }
}

void store_free(struct store *store)
{
    if (store != NULL) {
        loop_unwatch(store->loop, &store->watch);
        loop_cancel(store->loop, &store->timer);
        drop_results(store);
        PQfinish(store->conn);
        free(store->conninfo);
        free(store);
    }
}

void store_submit(struct store *store, struct request *request)
{
    size_t k = 0;

    while (store->kinds[k] != request->kind) {
        k++;
    }
    request->next = NULL;
    if (store->first[k] == NULL) {
        store->first[k] = request;
    } else {
        store->last[k]->next = request;
    }
    store->last[k] = request;
    store->waiting++;
}

bool store_up(const struct store *store)
{
    return store->state == STATE_READY;
}

bool store_idle(const struct store *store)
{
    return store->waiting == 0 && !store->under_way;
}

int64_t store_next_id(struct store *store)
{
    return ++store->next_id;
}
