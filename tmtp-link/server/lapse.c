/*
 * A timer and one request, which tells when the timer is next to fire.
 */
#include "tmtp-link/server/lapse.h"

#include <stdlib.h>

#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

#define LONGEST_US INT64_C(60000000)
#define AWAY_US    INT64_C(1000000) /* between looks while the database is away */

enum { MOST = 1000 }; /* ends in one transaction */

struct lapse {
    struct request request;
    struct server *server;
    struct timer timer;
    bool stored; /* the store has the request */
    bool again;  /* look again at once when it is back */
};

static void look(struct timer *timer)
{
    struct lapse *lapse = CONTAINER(timer, struct lapse, timer);
    struct server *server = lapse->server;

    if (!store_up(server->store)) {
        loop_after(server->loop, timer, AWAY_US);
        return;
    }
    lapse->stored = true;
    store_submit(server->store, &lapse->request);
}

static void lapse_write(struct params *params, struct request *const list[], size_t count)
{
    (void)list;
    (void)count;
    params_int4(params, MOST);
}

/* Row: microseconds until the next. */
static void lapse_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct lapse *lapse = CONTAINER(list[0], struct lapse, request);
    int64_t next_us = LONGEST_US;

    (void)count;
    lapse->stored = false;
    if (lapse->again) {
        next_us = 0;
    } else if (result != NULL && !rows_null(result, 0, 0) && rows_int8(result, 0, 0) < LONGEST_US) {
        next_us = rows_int8(result, 0, 0);
    }
    lapse->again = false;
    loop_after(lapse->server->loop, &lapse->timer, next_us);
}

const struct request_kind lapse_kind = {.name = "lapse",
                                        .query = QUERY_ADMIN_CONTACTS_LAPSE,
                                        .most = 1,
                                        .write = lapse_write,
                                        .settle = lapse_settle};

struct lapse *lapse_new(struct server *server)
{
    struct lapse *lapse = calloc(1, sizeof *lapse);

    if (lapse != NULL) {
        lapse->server = server;
        lapse->request.kind = &lapse_kind;
        lapse->timer.fire = look;
        loop_after(server->loop, &lapse->timer, 0);
    }
    return lapse;
}

void lapse_look(struct lapse *lapse)
{
    if (lapse->stored) {
        lapse->again = true;
    } else {
        loop_after(lapse->server->loop, &lapse->timer, 0);
    }
}

void lapse_free(struct lapse *lapse)
{
    if (lapse != NULL) {
        loop_cancel(lapse->server->loop, &lapse->timer);
        free(lapse);
    }
}
