/*
 * Patience with the database, for each of the two connections by itself: one that is busy must not
 * hide another that is stuck, nor make it look so.
 */
#include "tmtp-link/server/patience.h"

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/store.h"

static void lose_patience(struct timer *timer)
{
    struct trouble *trouble = CONTAINER(timer, struct trouble, timer);
    struct server *server = trouble->server;

    if (!server->refusing) {
        log_event(LOG_LEVEL_ERROR, "patience_lost", "links", LOG_NUMBER(server->link_count), NULL);
    }
    server->refusing = true;
    while (server->links != NULL) {
        link_close(server->links, "the database has done nothing for too long");
    }
}

void patience_begin(struct patience *patience, struct server *server)
{
    patience->server = server;
    patience->posts = (struct trouble){server, server->store, .timer.fire = lose_patience};
    patience->acks = (struct trouble){server, server->acks, .timer.fire = lose_patience};
}

/* Whether the store is there and has nothing to do, or has done something since the last look. */
static bool is_well(struct trouble *trouble)
{
    const struct store *store = trouble->store;
    uint64_t before = trouble->commits;

    trouble->commits = store_commits(store);
    return store_up(store) && (store_idle(store) || trouble->commits != before);
}

static void look(struct trouble *trouble)
{
    bool troubled = !is_well(trouble);

    if (troubled && !trouble->there) {
        loop_after(trouble->server->loop, &trouble->timer, trouble->server->config->patience_us);
    } else if (!troubled) {
        loop_cancel(trouble->server->loop, &trouble->timer);
    }
    trouble->there = troubled;
}

void patience_look(struct patience *patience)
{
    struct server *server = patience->server;

    look(&patience->posts);
    look(&patience->acks);
    if (server->refusing && !patience->posts.there && !patience->acks.there) {
        server->refusing = false;
        log_event(LOG_LEVEL_INFO, "patience_regained", NULL);
    }
}

void patience_end(struct patience *patience)
{
    if (patience->server != NULL) {
        loop_cancel(patience->server->loop, &patience->posts.timer);
        loop_cancel(patience->server->loop, &patience->acks.timer);
    }
}
