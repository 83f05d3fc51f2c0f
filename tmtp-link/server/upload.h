/*
 * The data of a frame on its way in. Up to 64 KiB stay with the link and go into the message's own
 * row; what is longer goes into the store in pieces while it arrives, one at a time, so that a link
 * never holds more than two pieces however long its message is. A notification, which comes before
 * the message of a PostNotify, is kept whole beside it; its length has a limit.
 */
#ifndef TMTPD_UPLOAD_H
#define TMTPD_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;
struct server;

/** Kind: store one piece. */
extern const struct request_kind upload_piece_kind;
/** Kind: drop the pieces of an upload. */
extern const struct request_kind upload_drop_kind;

/**
 * Take octets of the data.
 *
 * @return false when there is no memory
 */
bool upload_take(struct link *link, const char *data, size_t len)
    __attribute__((warn_unused_result));

/**
 * Data is all there: send what is left of it to the store.
 *
 * @return false when there is no memory
 */
bool upload_finish(struct link *link) __attribute__((warn_unused_result));

/** The message will not be: drop what there is of it. */
void upload_give_up(struct link *link);

/** Drop the pieces of an upload that became no message; 0 will do. */
void upload_drop(struct server *server, int64_t upload);

#endif
