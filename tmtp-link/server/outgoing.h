/*
 * A message on its way from the request that makes it to the queues: its id, its frame, its data.
 * It is all there before the statement that queues it is sent, so that the statement can be run
 * twice, and is kept until then to be sent from memory to clients that wait for it.
 */
#ifndef TMTPD_OUTGOING_H
#define TMTPD_OUTGOING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/wire/header.h"

struct link;
struct server;

/** All zero is none. */
struct outgoing {
    int64_t id;
    char posted[POSTED_SIZE];
    char *frame; /**< header, with its length before it */
    size_t frame_len;
    struct buffer data; /**< all of it, or the first piece */
    int64_t data_len;   /**< octets, all pieces together */
    int64_t upload;     /**< where the other pieces are, or 0 */
    bool first;         /**< it goes before others in a queue */
};

/** Take over the data that has come on a link. */
void outgoing_take_data(struct outgoing *message, struct link *link);

/**
 * Give a message its id and begin its header, with the fields that all have.
 *
 * @param message its data is there; `posted` becomes now, unless it is set
 * @param link    the sender's
 * @param op      such as "delivery"
 * @return the header, for outgoing_seal; NULL when there is no memory
 */
json_t *outgoing_begin(struct outgoing *message, const struct link *link, const char *op)
    __attribute__((warn_unused_result));

/** Set a field of a header to a client's text. */
void outgoing_set_text(json_t *header, const char *key, struct tmtp_text text);
/** Set a field of a header to a number, unless that is 0. */
void outgoing_set_number(json_t *header, const char *key, int64_t number);

/**
 * Make the frame of a header.
 *
 * @param header taken over; NULL will do
 * @return false when it is too long or there is no memory
 */
bool outgoing_seal(struct outgoing *message, json_t *header) __attribute__((warn_unused_result));

/** It is in the queue of a node. */
void outgoing_queued(const struct outgoing *message, struct server *server, int64_t node);

/** Answer the request by an `ack` that has either an error, or the message's id and time. */
void outgoing_answer(const struct outgoing *message, struct link *link, struct tmtp_text id,
                     const char *error);

/** Free what it holds; it is none again. Its frame is wiped, for it may hold a password. */
void outgoing_free(struct outgoing *message);

#endif
