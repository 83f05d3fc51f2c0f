/*
 * The ends of contacts that have a date: each is told once, as an event, when its time has passed.
 *
 * A permission ends by its date alone, since whoever asks compares it with the clock; this only
 * takes the row away and tells. It looks when the next date has come, and every minute.
 */
#ifndef TMTPD_LAPSE_H
#define TMTPD_LAPSE_H

#include "tmtp-link/server/store.h"

struct lapse;
struct server;

/** Kind: end what is over. */
extern const struct request_kind lapse_kind;

/** Begin; to be freed by lapse_free. NULL when there is no memory. */
struct lapse *lapse_new(struct server *server) __attribute__((warn_unused_result));

/** A contact with a date was granted: look again for the next. */
void lapse_look(struct lapse *lapse);

/** Stop and free, once the store has nothing left; NULL will do. */
void lapse_free(struct lapse *lapse);

#endif
