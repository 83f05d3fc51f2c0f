/*
 * What is done beside the traffic: nodes that nobody has used and messages that nobody has fetched
 * for too long go, when the configuration says so.
 *
 * A round looks at all nodes, in pieces: each is one statement over a bounded number of rows, in
 * the batch of whatever else there is, and between two of them others have the loop and the
 * database to themselves. What goes is told by an event of the admin interface (expiry.sql).
 */
#ifndef TMTPD_CHORE_H
#define TMTPD_CHORE_H

#include <stdint.h>

#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/store.h"

struct server;

/** Kind: a piece of a round; belongs to server->acks. */
extern const struct request_kind chore_kind;

struct chore {
    struct request request; /**< the piece in the store, one at a time */
    struct server *server;
    struct timer timer; /**< the next piece, or round */
    int64_t after;      /**< the node up to which the round has come */
};

/** Begin; does nothing when neither expiry is configured. */
void chore_begin(struct chore *chore, struct server *server);

/** Begin no further piece. */
void chore_end(struct chore *chore);

#endif
