/*
 * How many messages are queued, for /metrics: counted in the background, at most once at a time, by
 * the connection for reading; a count over a million rows holds no message up.
 */
#ifndef TMTPD_QUEUED_H
#define TMTPD_QUEUED_H

#include <stdint.h>

#include "tmtp-link/server/store.h"

struct queued;
struct server;

/** Kind: count. */
extern const struct request_kind queued_kind;

/** Begin; to be freed by queued_free. NULL when there is no memory. */
struct queued *queued_new(struct server *server) __attribute__((warn_unused_result));

/** Count anew, unless that is under way or the database away. */
void queued_look(struct queued *queued);

/** The last count; -1 before the first. */
int64_t queued_count(const struct queued *queued);

/** Free, once the store has nothing left; NULL will do. */
void queued_free(struct queued *queued);

#endif
