/* The outbox: what was decided and must be done outside the database. A worker claims a row under a
 * lease, acts, and settles it; when it dies in between, the row is claimed again, so every action
 * can be repeated. */
#ifndef AGORA_DOMAIN_OUTBOX_H
#define AGORA_DOMAIN_OUTBOX_H

#include <jansson.h>

#include "directory/base/work.h"

/* Kinds of rows, as PostgreSQL arrays: e-mail has a courier of its own, so that a slow SMTP server
 * holds up no introduction. */
#define OUTBOX_MAIL "{mail}"
#define OUTBOX_TMTP "{grant,end,tell,suspend}"

/* A row that was claimed. */
struct outbox_item {
    const char *id;   /* UUID; the idempotency key; NULL when nothing is due */
    const char *kind; /* mail, grant, end, tell, suspend */
    int64_t attempts; /* this one included */
    json_t *action;   /* what the action needs; may hold uids; owned by w->mem */
};

/**
 * Take the oldest row that is due.
 *
 * @param kinds   OUTBOX_MAIL or OUTBOX_TMTP
 * @param lease_s how long it is ours to carry out, seconds as text; then others may take it
 * @param[out] item texts owned by w->mem
 */
enum agora_status outbox_claim(struct work *w, const char *kinds, const char *lease_s,
                               struct outbox_item *item) AGORA_CHECKED;

/**
 * Take further rows of one kind that are due, beside one that was claimed.
 *
 * @param most    at most so many, as text
 * @param[out] items texts owned by w->mem; of each the id and the action only
 * @param[out] n  how many; 0 when nothing more is due
 */
enum agora_status outbox_claim_more(struct work *w, const char *kind, const char *most,
                                    const char *lease_s, struct outbox_item **items,
                                    size_t *n) AGORA_CHECKED;

/** Milliseconds until a row of these kinds is due, at most 15,000. */
enum agora_status outbox_wait(struct work *w, const char *kinds, int *ms) AGORA_CHECKED;

/**
 * Make sure, at the last moment, that a row is still to be carried out, and keep it.
 *
 * @param lease_s   how long it is ours from now on
 * @param[out] ours false when it was settled meanwhile, or another worker has put it back
 */
enum agora_status outbox_keep(struct work *w, const char *id, const char *lease_s,
                              bool *ours) AGORA_CHECKED;

/** It has been done. Repeats change nothing. @param result JSON text kept with the row, or NULL */
enum agora_status outbox_settle(struct work *w, const char *id, const char *result) AGORA_CHECKED;

/** All of these have been done, or all are to be tried again. @param ids a text[] of them */
enum agora_status outbox_settle_many(struct work *w, const char *ids,
                                     const char *result) AGORA_CHECKED;
enum agora_status outbox_fail_many(struct work *w, const char *ids,
                                   const char *problem) AGORA_CHECKED;

/**
 * It has failed: tried again later, with growing pauses, unless @a permanent.
 *
 * @param problem one sentence for the admin; must hold no uid
 */
enum agora_status outbox_fail(struct work *w, const char *id, const char *problem,
                              bool permanent) AGORA_CHECKED;

/** The TMTP server is back: what waits for its next try is due now. */
enum agora_status outbox_wake(struct work *w) AGORA_CHECKED;

/** A page for the admin (schema OutboxList). @param state waiting or failed */
enum agora_status outbox_list(struct work *w, const char *state, const char *limit,
                              const char *cursor, const char **out) AGORA_CHECKED;

/** Try a row again now. @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT when it is not waiting */
enum agora_status outbox_retry(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/** Forget what was done long ago. */
enum agora_status outbox_prune(struct work *w) AGORA_CHECKED;

#endif
