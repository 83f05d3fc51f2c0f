/*
 * How long links outlast a database that does nothing.
 *
 * Away, full, read-only, slow: in all of them a client's request waits and nobody is told anything.
 * That is right for a while, since most such troubles pass; but a client that waits for ever would
 * not learn that it had better come back later. So when no batch has committed for `db_patience`
 * while there was something to do, or the database was away for that long, every link is closed,
 * and new ones are closed at once, until it works again.
 */
#ifndef TMTPD_PATIENCE_H
#define TMTPD_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "tmtp-link/server/loop.h"

struct server;
struct store;

/** One store's. */
struct trouble {
    struct server *server;
    const struct store *store;
    struct timer timer; /**< the end of patience; set while there is trouble */
    uint64_t commits;   /**< as of the last look */
    bool there;         /**< there is trouble */
};

struct patience {
    struct server *server;
    struct trouble posts, acks;
};

/** Begin, for a server whose stores are made. */
void patience_begin(struct patience *patience, struct server *server);

/** Look at the stores, at the end of a turn. */
void patience_look(struct patience *patience);

/** End. */
void patience_end(struct patience *patience);

#endif
