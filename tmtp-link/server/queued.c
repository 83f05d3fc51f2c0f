/*
 * One request, again and again.
 */
#include "tmtp-link/server/queued.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

struct queued {
    struct request request;
    struct server *server;
    bool stored; /* the store has the request */
    int64_t count;
};

static void queued_write(struct params *params, struct request *const list[], size_t count)
{
    (void)params; /* none */
    (void)list;
    (void)count;
}

static void queued_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct queued *queued = CONTAINER(list[0], struct queued, request);

    (void)count;
    queued->stored = false;
    if (result != NULL) {
        queued->count = rows_int8(result, 0, 0);
    }
}

const struct request_kind queued_kind = {.name = "queued",
                                         .query = QUERY_QUEUED,
                                         .most = 1,
                                         .write = queued_write,
                                         .settle = queued_settle};

struct queued *queued_new(struct server *server)
{
    struct queued *queued = calloc(1, sizeof *queued);

    if (queued != NULL) {
        queued->server = server;
        queued->request.kind = &queued_kind;
        queued->count = -1;
    }
    return queued;
}

void queued_look(struct queued *queued)
{
    if (!queued->stored && store_up(queued->server->reader)) {
        queued->stored = true;
        store_submit(queued->server->reader, &queued->request);
    }
}

int64_t queued_count(const struct queued *queued)
{
    return queued->count;
}

void queued_free(struct queued *queued)
{
    free(queued);
}
