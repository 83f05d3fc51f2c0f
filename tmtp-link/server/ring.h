/*
 * The ring of parts that the log consists of (sql/tmtpd/migrations/0003_log.sql): which of them is
 * written to, and the sweep that empties the others in small steps beside the traffic.
 */
#ifndef TMTPD_RING_H
#define TMTPD_RING_H

#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/store.h"

struct ring;
struct server;

/** Kinds: ask once which parts have rows; one step of the sweep. */
extern const struct request_kind ring_parts_kind;
extern const struct request_kind ring_sweep_kind;

/** Make one, which asks the database how its parts are; NULL when there is no memory. */
struct ring *ring_new(struct server *server) __attribute__((warn_unused_result));

/** Free it; NULL will do. */
void ring_free(struct ring *ring);

/** The part that rows go to now. */
int16_t ring_slot(const struct ring *ring);

/** So many rows and octets go to that part. */
void ring_count(struct ring *ring, size_t rows, size_t octets);

#endif
