/*
 * Requests on their way to the database and back.
 *
 * A statement that the database refuses for its own sake (not for want of memory, space or a
 * server) would come back for ever. After such a failure the requests of that batch run one by one,
 * before any that came later, so that their order stays; the one that fails alone is settled
 * without a result.
 */
#include "tmtp-link/server/store.h"

#include <stdlib.h>

#include "tmtp-link/server/connection.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"

/* A batch takes so much of each kind, so that no kind keeps another waiting. */
enum { KINDS_MAX = 48, OF_KIND_MAX = 1024, OF_KIND_OCTETS = 4 << 20 };
enum { BATCH_MAX = KINDS_MAX * OF_KIND_MAX };

/* One statement of a batch and the requests it carries. */
struct execution {
    const struct request_kind *kind;
    struct request **list;
    size_t count;
};

struct store {
    struct connection *connection;
    struct store_events events;
    const struct request_kind *const *kinds;
    struct request *first[KINDS_MAX], *last[KINDS_MAX]; /* waiting, by kind */
    size_t waiting;

    struct execution executions[BATCH_MAX]; /* of the batch under way */
    struct request *requests[BATCH_MAX];
    size_t execution_count, request_count;
    int64_t sent_us;
    uint64_t commits;
    bool careful; /* requests of a batch that was refused are being run one by one */

    int64_t next_id, end_id;
};

static size_t place_of(const struct store *store, const struct request_kind *kind)
{
    size_t k = 0;

    while (store->kinds[k] != kind) {
        k++;
    }
    return k;
}

void store_submit(struct store *store, struct request *request)
{
    size_t k = place_of(store, request->kind);

    request->next = NULL;
    if (store->first[k] == NULL) {
        store->first[k] = request;
    } else {
        store->last[k]->next = request;
    }
    store->last[k] = request;
    store->waiting++;
}

/* --- a batch goes out ---------------------------------------------------------------------- */

/* Move up to @a most requests of one kind from what waits into the batch, only those that are @a
 * lost if so. */
static void take(struct store *store, size_t k, size_t most, bool lost)
{
    const struct request_kind *kind = store->kinds[k];
    struct execution *execution = NULL;
    size_t octets = 0;

    for (size_t i = 0; store->first[k] != NULL && i < most && octets < OF_KIND_OCTETS; i++) {
        struct request *request = store->first[k];

        if (lost && !request->again) {
            break;
        }

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

/* Whether something of a batch that was lost waits to go out again. */
static bool has_lost(const struct store *store)
{
    for (size_t k = 0; store->kinds[k] != NULL; k++) {
        if (store->first[k] != NULL && store->first[k]->again) {
            return true;
        }
    }
    return false;
}

/* Make the next batch: what was lost alone, before anything that came later; else all that waits.
 */
static void gather(struct store *store)
{
    bool lost = has_lost(store);

    store->careful = store->careful && lost;
    for (size_t k = 0; store->kinds[k] != NULL; k++) {
        if (!store->careful) {
            take(store, k, OF_KIND_MAX, lost);
        } else if (store->request_count == 0) {
            take(store, k, 1, true);
        }
    }
}

void store_turn(struct store *store)
{
    if (store->waiting == 0 || !connection_free_for_more(store->connection)) {
        return;
    }
    gather(store);
    store->sent_us = loop_now_us();
    connection_begin(store->connection);
    for (size_t i = 0; i < store->execution_count; i++) {
        const struct execution *execution = &store->executions[i];
        struct params params = {0};

        execution->kind->write(&params, execution->list, execution->count);
        connection_add(store->connection, execution->kind->query, &params);
        params_free(&params);
    }
    connection_end(store->connection);
}

/* --- and comes back ------------------------------------------------------------------------ */

static void batch_done(void *user, PGresult *const results[])
{
    struct store *store = user;
    size_t count = store->execution_count;

    if (store->events.settled != NULL) {
        store->events.settled(store->events.user, store->request_count,
                              loop_now_us() - store->sent_us);
    }
    store->commits++;
    store->execution_count = 0; /* the arrays stay as they are until the turn ends */
    store->request_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct execution *execution = &store->executions[i];

        execution->kind->settle(execution->list, execution->count, results[i]);
    }
    if (store->end_id - store->next_id < CONNECTION_IDS / 2) {
        connection_renew(store->connection, "half of the message ids are used up");
    }
}

/* Put the batch back to the front of what waits, in its order. */
static void put_back(struct store *store)
{
    for (size_t i = store->request_count; i-- > 0;) {
        struct request *request = store->requests[i];
        size_t k = place_of(store, request->kind);

        request->again = true;
        request->next = store->first[k];
        store->first[k] = request;
        if (request->next == NULL) {
            store->last[k] = request;
        }
        store->waiting++;
    }
    store->request_count = 0;
    store->execution_count = 0;
}

static void tell_changed(const struct store *store, bool up)
{
    if (store->events.changed != NULL) {
        store->events.changed(store->events.user, up);
    }
}

static void batch_lost(void *user, bool own_fault)
{
    struct store *store = user;

    if (own_fault && store->request_count == 1) {
        store->request_count = 0;
        store->requests[0]->kind->settle(store->requests, 1, NULL);
    } else if (own_fault) {
        store->careful = true;
    }
    put_back(store);
    tell_changed(store, false);
}

static void connection_came(void *user, int64_t first_id)
{
    struct store *store = user;

    store->next_id = first_id;
    store->end_id = first_id + CONNECTION_IDS;
    tell_changed(store, true);
}

static void notified(void *user)
{
    const struct store *store = user;

    if (store->events.notified != NULL) {
        store->events.notified(store->events.user);
    }
}

/* --- the rest ------------------------------------------------------------------------------ */

struct store *store_new(struct loop *loop, const char *conninfo, enum connection_use use,
                        const struct request_kind *const kinds[], struct store_events events)
{
    struct store *store = calloc(1, sizeof *store);
    const struct connection_events own = {connection_came, batch_done, batch_lost, notified, store};

    if (store == NULL) {
        return NULL;
    }
    store->kinds = kinds;
    store->events = events;
    store->connection = connection_new(loop, conninfo, use, own);
    if (store->connection == NULL) {
        free(store);
        return NULL;
    }
    return store;
}

void store_give_up(struct store *store)
{
    if (store == NULL) {
        return;
    }
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
        connection_free(store->connection);
        free(store);
    }
}

bool store_up(const struct store *store)
{
    return connection_up(store->connection);
}

uint64_t store_commits(const struct store *store)
{
    return store->commits;
}

bool store_idle(const struct store *store)
{
    return store->waiting == 0 && store->request_count == 0;
}

int64_t store_next_id(struct store *store)
{
    return ++store->next_id;
}
