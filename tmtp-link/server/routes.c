/*
 * Ways from senders to uids: a tree to find them, a list by last use to forget the oldest.
 */
#include "tmtp-link/server/routes.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/wire/base32.h"

enum {
    ROUTES_MAX = 16384, /* about 250 octets each */
    ROOM = 64,          /* by so much a sender may overfill a queue */
    ROOM_OCTETS = 256 * 1024
};

struct routes {
    struct server *server;
    void *tree;       /* by sender and uid (tsearch) */
    struct route use; /* head of the list: .older is the last used, .newer the one to go first */
    size_t count;
};

struct asking {
    struct request request;
    struct routes *routes;
    char from[TMTP_UID_LEN + 1], to[TMTP_UID_LEN + 1];
};

/* --- what is kept -------------------------------------------------------------------------- */

static int by_way(const void *a, const void *b)
{
    const struct route *x = a;
    const struct route *y = b;
    int order = memcmp(x->to, y->to, TMTP_UID_LEN);

    return order != 0 ? order : memcmp(x->from, y->from, TMTP_UID_LEN);
}

static void use_first(struct routes *routes, struct route *route)
{
    route->newer = &routes->use;
    route->older = routes->use.older;
    route->older->newer = route;
    routes->use.older = route;
}

static void unlink_use(struct route *route)
{
    route->newer->older = route->older;
    route->older->newer = route->newer;
    route->newer = route->older = NULL;
}

void route_release(struct route *route)
{
    if (--route->holds == 0) {
        free(route->nodes);
        free(route);
    }
}

static void forget(struct routes *routes, struct route *route)
{
    tdelete(route, &routes->tree, by_way);
    unlink_use(route);
    routes->count--;
    route_release(route);
}

/* What was learnt of a way that is kept already; who holds it goes on with it. */
static void renew(struct route *kept, struct route *learnt)
{
    int64_t *nodes = kept->nodes;

    kept->nodes = learnt->nodes;
    kept->node_count = learnt->node_count;
    kept->until_us = learnt->until_us;
    kept->room = learnt->room;
    kept->room_octets = learnt->room_octets;
    learnt->nodes = nodes;
    route_release(learnt);
}

/* Take in a new way, which begins with the hold of being kept. */
static void keep(struct routes *routes, struct route *route)
{
    struct route *const *found;

    if (routes->count == ROUTES_MAX) {
        forget(routes, routes->use.newer);
    }
    found = tsearch(route, &routes->tree, by_way);
    if (found == NULL) {
        route_release(route);
        return;
    }
    if (*found != route) {
        renew(*found, route);
        return;
    }
    use_first(routes, route);
    routes->count++;
}

static struct route *lookup(const struct routes *routes, const char *from, const char *to)
{
    struct route key = {0};
    struct route *const *found;

    memcpy(key.from, from, TMTP_UID_LEN);
    memcpy(key.to, to, TMTP_UID_LEN);
    found = tfind(&key, &routes->tree, by_way);
    return found == NULL ? NULL : *found;
}

static int64_t real_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct route *routes_find(struct routes *routes, const char *from, struct tmtp_text to)
{
    struct route *route = to.len == TMTP_UID_LEN ? lookup(routes, from, to.at) : NULL;

    if (route == NULL) {
        return NULL;
    }
    if (route->until_us != 0 && route->until_us <= real_now_us()) {
        forget(routes, route);
        return NULL;
    }
    if (routes->use.older != route) {
        unlink_use(route);
        use_first(routes, route);
    }
    route->holds++;
    return route;
}

void routes_used(struct routes *routes, struct route *route, size_t octets)
{
    struct tmtp_text to = {.at = route->to, .len = TMTP_UID_LEN};

    route->room_octets -= (int64_t)octets;
    route->room = route->room_octets <= 0 || route->room == 0 ? 0 : route->room - 1;
    if (route->room == ROOM / 2) {
        routes_ask(routes, route->from, to);
    }
}

/* --- what changes -------------------------------------------------------------------------- */

static void forget_way(struct routes *routes, const char *from, const char *to, bool ended)
{
    struct route *route = lookup(routes, from, to);

    if (route != NULL) {
        route->ended = ended;
        forget(routes, route);
    }
}

void routes_forget(struct routes *routes, const char *one, const char *other, bool ended)
{
    forget_way(routes, one, other, ended);
    forget_way(routes, other, one, ended);
}

void routes_set_nodes(struct routes *routes, const char *uid, const int64_t *nodes, size_t count)
{
    for (struct route *route = routes->use.older, *next; route != &routes->use; route = next) {
        int64_t *copy;

        next = route->older;
        if (strcmp(route->to, uid) != 0) {
            continue;
        }
        copy = reallocarray(route->nodes, count == 0 ? 1 : count, sizeof *copy);
        if (copy == NULL) {
            forget(routes, route);
            continue;
        }
        memcpy(copy, nodes, count * sizeof *copy);
        route->nodes = copy;
        route->node_count = count;
    }
}

void routes_forget_all(struct routes *routes)
{
    while (routes->use.older != &routes->use) {
        forget(routes, routes->use.older);
    }
}

/* --- asking -------------------------------------------------------------------------------- */

void routes_ask(struct routes *routes, const char *from, struct tmtp_text to)
{
    struct asking *asking = base32_is_uid(to.at, to.len) ? calloc(1, sizeof *asking) : NULL;

    if (asking != NULL) { /* else the database decides the next time again */
        asking->request.kind = &routes_kind;
        asking->routes = routes;
        memcpy(asking->from, from, TMTP_UID_LEN);
        memcpy(asking->to, to.at, TMTP_UID_LEN);
        store_submit(routes->server->store, &asking->request);
    }
}

static const struct asking *asking_of(const struct request *request)
{
    return CONTAINER(request, const struct asking, request);
}

static void routes_write(struct params *params, struct request *const list[], size_t count)
{
    const struct config *config = asking_of(list[0])->routes->server->config;

    params_array(params, PARAMS_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        params_item(params, asking_of(list[i])->from, TMTP_UID_LEN);
    }
    params_array(params, PARAMS_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        params_item(params, asking_of(list[i])->to, TMTP_UID_LEN);
    }
    params_bool(params, config->open);
    params_int8(params, config->queue_messages);
    params_int8(params, config->queue_octets);
}

/* Rows [row … next) of one way: its number, node, until. */
static void learn(const struct asking *asking, const PGresult *result, int row, int next)
{
    size_t count = (size_t)(next - row);
    struct route *route = calloc(1, sizeof *route);
    int64_t *nodes = calloc(count, sizeof *nodes);

    if (route == NULL || nodes == NULL) {
        free(route);
        free(nodes);
        return;
    }
    memcpy(route->from, asking->from, sizeof route->from);
    memcpy(route->to, asking->to, sizeof route->to);
    route->until_us = rows_int8(result, row, 2);
    route->nodes = nodes;
    route->node_count = count;
    route->holds = 1;
    route->room = ROOM;
    route->room_octets = ROOM_OCTETS;
    for (size_t i = 0; i < count; i++) {
        nodes[i] = rows_int8(result, row + (int)i, 1);
    }
    keep(asking->routes, route);
}

static void routes_settle(struct request *const list[], size_t count, const PGresult *result)
{
    int rows = result == NULL ? 0 : PQntuples(result);
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        struct asking *asking = CONTAINER(list[i], struct asking, request);
        int next = row;

        while (next < rows && rows_int8(result, next, 0) == (int64_t)i + 1) {
            next++;
        }
        if (next > row) {
            learn(asking, result, row, next);
        } else if (result != NULL) { /* there was one, perhaps */
            forget_way(asking->routes, asking->from, asking->to, false);
        }
        row = next;
        free(asking);
    }
}

const struct request_kind routes_kind = {.name = "route",
                                         .query = QUERY_ROUTE,
                                         .most = 256,
                                         .write = routes_write,
                                         .settle = routes_settle};

/* --- the whole ----------------------------------------------------------------------------- */

struct routes *routes_new(struct server *server)
{
    struct routes *routes = calloc(1, sizeof *routes);

    if (routes != NULL) {
        routes->server = server;
        routes->use.newer = routes->use.older = &routes->use;
    }
    return routes;
}

void routes_free(struct routes *routes)
{
    if (routes != NULL) {
        routes_forget_all(routes);
        free(routes);
    }
}
