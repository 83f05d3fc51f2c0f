/*
 * The database as the loop sees it: requests go in at any time, and what is waiting at the end of a
 * turn goes out as one batch in one transaction, by libpq's pipeline, so that the loop never waits.
 *
 * Only when the batch has committed are its requests settled. While it is under way the next one
 * gathers; that is all the grouping there is, so a batch never waits for more to come. When the
 * database goes away in the middle, nobody is told anything: the whole batch goes out again on the
 * next connection. Every statement is therefore such that running it twice with the same ids
 * changes nothing the second time (a commit whose answer was lost may have happened).
 *
 * The store knows nothing of TMTP: a request has a kind, and the kind says which statement it is,
 * how its parameters are written, and what to do with the result.
 */
#ifndef TMTPD_STORE_H
#define TMTPD_STORE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/connection.h"
#include "tmtpd_sql.h"

struct loop;
struct params;
struct request;
struct store;

/** What requests of one sort have in common. */
struct request_kind {
    const char *name; /**< for the log */
    enum tmtpd_query query;
    size_t most; /**< how many requests one execution of the statement may carry */
    /** Write the parameters of one execution. */
    void (*write)(struct params *params, struct request *const list[], size_t count);
    /**
     * After the commit: act on the result and free the requests. @a result is NULL when the
     * database refuses this request (then alone) whatever is tried, which is a bug on our side, and
     * at the end of the program.
     */
    void (*settle)(struct request *const list[], size_t count, const PGresult *result);
};

/** Part of every request, as its first member. */
struct request {
    const struct request_kind *kind;
    struct request *next;
    size_t octets; /**< of data it carries, for the limit of a batch */
    bool again;    /**< it was in a batch of which it is not known whether it has committed */
};

/** What the store tells its owner; each may be NULL. */
struct store_events {
    void (*changed)(void *user, bool up); /**< the database has come or gone */
    void (*notified)(void *user);         /**< there are new events; only of one for reading */
    /** @a count requests are settled, which were on their way for @a span_us. */
    void (*settled)(void *user, size_t count, int64_t span_us);
    void *user;
};

/**
 * Make a store, which begins to connect at once and for ever after.
 *
 * @param conninfo libpq connection string
 * @param kinds    all kinds, in the order in which a batch runs them, ended by NULL
 * @return the store, to be freed by store_free; NULL when there is no memory
 */
struct store *store_new(struct loop *loop, const char *conninfo, enum connection_use use,
                        const struct request_kind *const kinds[], struct store_events events)
    __attribute__((warn_unused_result));

/** Settle all that is left without a result, at the end of the program; NULL will do. */
void store_give_up(struct store *store);

/** Free a store, once nothing is left in it; NULL will do. */
void store_free(struct store *store);

/** Hand over a request; it is settled once, later. */
void store_submit(struct store *store, struct request *request);

/** At the end of a turn: send what is waiting, if nothing is under way. */
void store_turn(struct store *store);

/** Whether the database is there. */
bool store_up(const struct store *store);

/** How many batches have committed. */
uint64_t store_commits(const struct store *store);

/** Whether nothing is waiting or under way. */
bool store_idle(const struct store *store);

/**
 * A number that no message, upload or node of this database has had, larger than all before.
 * The store must have been up once.
 */
int64_t store_next_id(struct store *store);

#endif
