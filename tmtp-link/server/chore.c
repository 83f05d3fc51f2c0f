/*
 * Expiry, a piece at a time.
 */
#include "tmtp-link/server/chore.h"

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

#define PIECE_PAUSE_US INT64_C(50000)
#define ROUND_LEAST_US INT64_C(100000)
#define ROUND_MOST_US  INT64_C(3600000000)
#define FIRST_MOST_US  INT64_C(60000000) /* often restarted, it gets round to it too */

enum {
    ROUNDS_AN_AGE = 24,
    NODES_A_PIECE = 200,    /* looked at; one of them at most loses something */
    MESSAGES_A_PIECE = 100, /* taken off its queue */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What expires first decides how often there is a round. */
static int64_t round_us(const struct config *config)
{
    int64_t node_us = config->node_expiry_us > 0 ? config->node_expiry_us : INT64_MAX;
    int64_t queue_us = config->queue_expiry_us > 0 ? config->queue_expiry_us : INT64_MAX;
    int64_t us = least(node_us, queue_us) / ROUNDS_AN_AGE;

    return us < ROUND_LEAST_US ? ROUND_LEAST_US : least(us, ROUND_MOST_US);
}

static void chore_timer(struct timer *timer)
{
    struct chore *chore = CONTAINER(timer, struct chore, timer);

    chore->request.kind = &chore_kind;
    store_submit(chore->server->acks, &chore->request);
}

static void params_age(struct params *params, int64_t age_us)
{
    if (age_us > 0) {
        params_int8(params, age_us);
    } else {
        params_null(params);
    }
}

static void chore_write(struct params *params, struct request *const list[], size_t count)
{
    const struct chore *chore = CONTAINER(list[0], struct chore, request);

    (void)count;
    params_age(params, chore->server->config->node_expiry_us);
    params_age(params, chore->server->config->queue_expiry_us);
    params_int8(params, chore->after);
    params_int4(params, NODES_A_PIECE);
    params_int4(params, MESSAGES_A_PIECE);
}

/* A node has lost messages, and when it is @a gone itself too. */
static void took(struct server *server, int64_t node, bool gone, int64_t messages)
{
    struct link *link;

    log_event(LOG_LEVEL_INFO, gone ? "node_expired" : "queue_expired", "node", LOG_NUMBER(node),
              "messages", LOG_NUMBER(messages), NULL);
    if (gone) {
        routes_forget_all(server->routes);
        link = enter_online(server, node);
        if (link != NULL) {
            link_close(link, "the node has expired");
        }
    }
}

/* Row: after, more, node, gone, messages. */
static void chore_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct chore *chore = CONTAINER(list[0], struct chore, request);
    struct server *server = chore->server;
    bool done = result != NULL && PQntuples(result) == 1;
    bool more = done && rows_bool(result, 0, 1);

    (void)count;
    chore->after = more ? rows_int8(result, 0, 0) : 0;
    if (done && !rows_null(result, 0, 2)) {
        took(server, rows_int8(result, 0, 2), rows_bool(result, 0, 3), rows_int8(result, 0, 4));
    }
    if (!server->stopping) {
        loop_after(server->loop, &chore->timer, more ? PIECE_PAUSE_US : round_us(server->config));
    }
}

const struct request_kind chore_kind = {.name = "expire",
                                        .query = QUERY_EXPIRE,
                                        .most = 1,
                                        .write = chore_write,
                                        .settle = chore_settle};

void chore_begin(struct chore *chore, struct server *server)
{
    const struct config *config = server->config;

    *chore = (struct chore){.server = server, .timer.fire = chore_timer};
    if (config->node_expiry_us > 0 || config->queue_expiry_us > 0) {
        loop_after(server->loop, &chore->timer, least(round_us(config), FIRST_MOST_US));
    }
}

void chore_end(struct chore *chore)
{
    if (chore->server != NULL) {
        loop_cancel(chore->server->loop, &chore->timer);
    }
}
