/*
 * Where messages go, as far as that is known without asking the database: a way from a sender to a
 * uid, with the nodes of that user.
 *
 * The rule of who may write to whom is in SQL (route.sql); here its answers are kept, and only
 * those that say yes without a condition. Whatever changes one of them goes through this process,
 * which then corrects or forgets what it keeps before the next batch is made; so what is here is
 * always right, and what is not here is decided by post.sql. The memory is bounded: the way not
 * used for longest is forgotten first.
 */
#ifndef TMTPD_ROUTES_H
#define TMTPD_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/store.h"
#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/limits.h"

struct routes;
struct server;

/** A way. Who holds one (route_hold) may read it until route_release, also when it was forgotten.
 */
struct route {
    char from[TMTP_UID_LEN + 1]; /**< the sender's uid */
    char to[TMTP_UID_LEN + 1];
    int64_t until_us;    /**< it ends then, in microseconds since 1970; 0 for never */
    bool ended;          /**< the sender may no longer */
    int room;            /**< messages that may go it before the user's queue is looked at again */
    int64_t room_octets; /**< octets likewise */
    int64_t *nodes;      /**< of the user */
    size_t node_count;
    size_t holds;
    struct route *newer, *older; /* by last use; NULL for both when it is not kept any more */
};

/** Kind: ask the database for a way. */
extern const struct request_kind routes_kind;

/** Make an empty one for @a server; NULL when there is no memory. */
struct routes *routes_new(struct server *server) __attribute__((warn_unused_result));

/** Free all; NULL will do. */
void routes_free(struct routes *routes);

/** The way from a sender to a uid, held for the caller; NULL when it is not known, or has ended. */
struct route *routes_find(struct routes *routes, const char *from, struct tmtp_text to);

/** A message goes a way, which is to be held: now and then the user's queue is looked at anew. */
void routes_used(struct routes *routes, struct route *route, size_t octets);

/** Give a way back. */
void route_release(struct route *route);

/** Ask for a way, so that it may be known the next time. */
void routes_ask(struct routes *routes, const char *from, struct tmtp_text to);

/**
 * The two are no contacts any more, or on other conditions: forget the ways between them.
 *
 * @param ended neither may write from now on, also what has come but is not stored yet
 */
void routes_forget(struct routes *routes, const char *one, const char *other, bool ended);

/** These are all the nodes of a user now. */
void routes_set_nodes(struct routes *routes, const char *uid, const int64_t *nodes, size_t count);

/** Forget everything: something changed that is not told more closely. */
void routes_forget_all(struct routes *routes);

#endif
