/*
 * What the server has done since it started, counted, and how Prometheus reads it.
 *
 * All is one thread, so a counter is a plain number; whoever does the thing counts it:
 * `server->metrics.delivered++`. A counter that is added here is shown by a row of the table in
 * metrics.c.
 */
#ifndef TMTPD_METRICS_H
#define TMTPD_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/header.h"

struct server;

#define METRICS_BOUNDS 10 /* of the histogram of batches, without the last, which is infinite */

struct metrics {
    uint64_t connections;    /**< accepted */
    uint64_t registrations;  /**< users */
    uint64_t logins;         /**< that were let in */
    uint64_t logins_failed;  /**< wrong uid or node, or a suspended user */
    uint64_t accepted;       /**< messages acked without an error */
    uint64_t delivered;      /**< messages sent to a node, again too */
    uint64_t acked;          /**< messages that a node has acknowledged */
    uint64_t acks_refused;   /**< acks with an error */
    uint64_t quits;          /**< links ended by quit, for what they sent or as they asked */
    uint64_t database_lost;  /**< the connection to the database */
    uint64_t batch_requests; /**< what the batches carried */
    uint64_t batch_us;       /**< and how long they took */
    uint64_t batches[METRICS_BOUNDS + 1]; /**< by how long they took */
    uint64_t requests[TMTP_OP_END];       /**< frames by op */
    uint64_t admin[6];                    /**< answers of the admin interface by status / 100 */
    uint64_t admin_refused;               /**< calls without a valid token or certificate */
};

/** A batch of @a count requests was on its way for @a span_us. */
void metrics_batch(struct metrics *metrics, size_t count, int64_t span_us);

/** Everything in Prometheus' text format, to be freed by free(); NULL when there is no memory. */
char *metrics_text(const struct server *server);

#endif
