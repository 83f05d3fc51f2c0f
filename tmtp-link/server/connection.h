/*
 * One connection to PostgreSQL that never blocks the loop: it connects, prepares every statement,
 * and from then on runs groups of them by libpq's pipeline, a transaction each, one at a time.
 *
 * Whatever goes wrong on it, an error in a statement too, ends it, and a new one is begun, with
 * longer and longer pauses: so a group always starts from a clean state. What becomes of a group
 * that was under way is its owner's business (store.c).
 */
#ifndef TMTPD_CONNECTION_H
#define TMTPD_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtpd_sql.h"

/** What a connection is for. There is one of each, by an advisory lock of these numbers. */
enum connection_use {
    CONNECTION_MAIN = 0, /**< runs start.sql when the program starts */
    CONNECTION_SIDE = 3,
    CONNECTION_READING = 4 /**< cannot write, and listens for events */
};

struct connection;
struct loop;
struct params;

/** How many ids a connection has to give. */
#define CONNECTION_IDS (INT64_C(1) << 40)

/** What a connection tells its owner. */
struct connection_events {
    /** It is there; @a first_id and all of CONNECTION_IDS - 1 after it were never used before. */
    void (*ready)(void *user, int64_t first_id);
    /** The group has committed; the results are in the order of its statements. */
    void (*done)(void *user, PGresult *const results[]);
    /** It is gone; @a own_fault when a statement of the group was refused for its own sake. */
    void (*lost)(void *user, bool own_fault);
    /** There are new events (channel tmtp_event); only to one for reading. */
    void (*notified)(void *user);
    void *user;
};

/**
 * Begin to connect, now and whenever the connection is lost.
 *
 * @param conninfo libpq connection string
 * @return to be freed by connection_free; NULL when there is no memory
 */
struct connection *connection_new(struct loop *loop, const char *conninfo, enum connection_use use,
                                  struct connection_events events)
    __attribute__((warn_unused_result));

/** Close and free; tells its owner nothing. NULL will do. */
void connection_free(struct connection *connection);

/** Whether it is there and has no group under way. */
bool connection_free_for_more(const struct connection *connection);

/** Whether it is there. */
bool connection_up(const struct connection *connection);

/** Begin a group. Failures are told by connection_end. */
void connection_begin(struct connection *connection);

/** Add a statement to the group. */
void connection_add(struct connection *connection, enum tmtpd_query query, struct params *params);

/** The group is complete: send it. One of `done` and `lost` follows, `lost` perhaps at once. */
void connection_end(struct connection *connection);

/** Give the connection up for a reason of the owner's, as if it were lost. */
void connection_renew(struct connection *connection, const char *why);

#endif
