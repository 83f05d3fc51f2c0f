/*
 * Messages that a link keeps in memory because they are the next of its node's queue.
 *
 * They are a true beginning of what follows the message in flight: all of it, or all up to some
 * place (`more`), so that the database need not be asked before they are sent. The number and
 * octets are bounded whatever is queued.
 */
#ifndef TMTPD_PENDING_H
#define TMTPD_PENDING_H

#include <stdbool.h>
#include <stddef.h>

struct deliver_message;
struct pending_item;

/** Limits: so many messages and octets of them are kept for a link. */
#define PENDING_MAX        32
#define PENDING_OCTETS_MAX 65536

/** What is kept; all zero is nothing, with nothing behind it. */
struct pending {
    struct pending_item *head;
    size_t count, octets;
    bool more; /**< the database has further ones behind these */
};

/**
 * Keep a copy of a message that has just been queued, at its place: `user` messages first, then by
 * id. Where that is not possible, `more` is set and it is left to the database.
 */
void pending_add(struct pending *pending, const struct deliver_message *message);

/**
 * Take the first.
 *
 * @param[out] message what it is; its octets are in the item
 * @return the item, to be freed by free() when it has been sent; NULL when none is kept
 */
struct pending_item *pending_take(struct pending *pending, struct deliver_message *message)
    __attribute__((warn_unused_result));

/** Forget all; `more` stays as it is. */
void pending_clear(struct pending *pending);

#endif
