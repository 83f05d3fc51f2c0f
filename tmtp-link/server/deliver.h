/*
 * From a node's queue to its client: one message at a time, the next after the Ack of the one
 * before.
 *
 * The queue is in the database; of it a link knows the message its client has to acknowledge and a
 * few that follow (KEPT_MAX), as long as these are all there are or the first of them. What is
 * queued while the client is there is sent from memory; the database is read at login and when more
 * has gathered than the link keeps. So a long queue costs no memory. The next message is sent when
 * the Ack of the one before is stored: a client that has been sent a message has all before it
 * safely off its queue.
 */
#ifndef TMTPD_DELIVER_H
#define TMTPD_DELIVER_H

#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/store.h"
#include "tmtp-link/wire/header.h"

struct link;
struct server;
struct timer;

/** Kinds: take acknowledged messages out of queues; wait for those to be out; read what comes next;
 * read a piece. The first two belong to server->acks. */
extern const struct request_kind deliver_ack_kind;
extern const struct request_kind deliver_fence_kind;
extern const struct request_kind deliver_next_kind;
extern const struct request_kind deliver_piece_kind;

/** A message as it is sent. */
struct deliver_message {
    int64_t id;
    bool logged;        /**< it is in the log, not in the queue */
    bool first;         /**< a `user` message, which goes before the rest */
    const char *header; /**< frame of the header */
    size_t header_len;
    const char *data; /**< data, or its first piece */
    size_t data_len;
    int64_t total_len; /**< of the data with all pieces */
    int64_t upload;    /**< where these are, or 0 */
};

/** The client is logged in: begin with its queue. */
void deliver_begin(struct link *link);

/** A message has been put into a node's queue: send it if its client is there and waits for one. */
void deliver_queued(struct server *server, int64_t node, const struct deliver_message *message);

/** The client has sent an Ack. */
void deliver_acknowledged(struct link *link, struct tmtp_text id);

/** Go on with a long message, if the client has taken what was sent of it. */
void deliver_more(struct link *link);

/** Timer: no Ack in time, so send it again. */
void deliver_again(struct timer *timer);

/** The link is closed. */
void deliver_end(struct link *link);

#endif
