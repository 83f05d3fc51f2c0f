/*
 * One client's connection: TLS without blocking, frames in and out, and how it ends.
 *
 * A link moves octets and knows no op; session.c decides what a frame means, deliver.c what the
 * client gets of its queue. Reading stops while the session has as much in hand as it may, or the
 * client does not read what it is sent, so a link's memory is bounded whatever the client does.
 *
 * A link is freed when it is closed and no request in the store speaks of it any more (link_hold,
 * link_release).
 */
#ifndef TMTPD_LINK_H
#define TMTPD_LINK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/pending.h"
#include "tmtp-link/server/tls.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/header.h"

struct person;
struct provider;
struct request_kind;
struct server;

/** Where a link is in the order of a session. */
enum link_stage {
    LINK_NEW,      /**< nothing said yet */
    LINK_REV,      /**< tmtprev was exchanged */
    LINK_ENTERING, /**< a login or registration is in the store */
    LINK_IN        /**< logged in */
};

/** How a link is ending. */
enum link_end {
    LINK_OPEN,
    LINK_QUITTING,  /**< nothing more is read; a quit follows the answers still due */
    LINK_FLUSHING,  /**< everything is said; it closes when that is sent */
    LINK_LINGERING, /**< our side is shut; waits for the client to have read it */
    LINK_CLOSED
};

/** What is known of the message the client has to acknowledge; see deliver.c. */
struct delivery {
    enum {
        DELIVERY_IDLE,     /**< the queue is empty */
        DELIVERY_FETCHING, /**< its beginning is being read */
        DELIVERY_SENT,     /**< a message waits for its Ack */
        DELIVERY_ACKING    /**< that has come and is being stored */
    } state;
    int64_t message;        /**< in states SENT and ACKING */
    bool logged;            /**< it is in the log */
    struct timer resend;    /**< set in state SENT */
    int64_t upload;         /**< pieces still to be sent, 0 for none */
    int32_t part;           /**< the next of them */
    int64_t left;           /**< octets in them */
    bool reading;           /**< one is being read from the store */
    struct pending pending; /**< what follows, in states SENT and ACKING */
};

struct link {
    struct server *server;
    struct link *prev, *next;
    struct link *next_grave, *next_touched;
    size_t holds;
    bool buried, touched;

    /* octets */
    struct watch watch;
    struct tls_stream tls;
    struct frame_reader reader;
    struct buffer out;
    struct buffer held; /* answers that wait for what link_let_go tells of */
    struct timer timer; /* login, then silence, then the end */
    int64_t heard_us;   /* when octets last came */
    enum link_end end;
    const char *quit; /* its text, when quitting */
    struct guard guard;

    /* session */
    enum link_stage stage;
    struct tmtp_header *header;           /* of the frame in hand, NULL between frames */
    bool header_waits;                    /* it can't be acted on yet */
    struct buffer data;                   /* the first piece of its data */
    struct buffer note;                   /* of a PostNotify, what comes before that */
    struct buffer piece;                  /* what has come after that and is not stored */
    int64_t upload;                       /* further pieces of it are in the store; 0 for none */
    int32_t parts;                        /* how many */
    bool storing;                         /* one is on its way there */
    size_t in_hand;                       /* requests of the client that are not answered */
    const struct request_kind *hand_kind; /* their kind */
    struct provider *awaiting;            /* whose keys are being fetched for it */
    bool keys_tried;
    int inner_answer; /* of the store about the post that waits; see inner_check.c */
    char *alias;      /* one that is the user's, once a post has named it */

    /* once logged in */
    char uid[33];
    int64_t account, node;
    struct person *person; /* the user, for presence.c */
    struct delivery delivery;
};

/** Take over an accepted socket; it is closed when that fails. */
void link_accept(struct server *server, int fd);

/** Send a frame; it is freed. NULL (it could not be made) closes the link. */
void link_send(struct link *link, char *frame, size_t len);

/** Make an answer's frame of @a message (taken over) and send it. */
void link_answer(struct link *link, json_t *message);

/** Send octets of the long message that is under way, before all that is held back. */
void link_stream(struct link *link, const void *data, size_t len);

/** Octets waiting to be sent. */
size_t link_backlog(const struct link *link);

/** A long message is sent whole, or an Ack is stored: answers that were held back may go. */
void link_let_go(struct link *link);

/**
 * Say `quit` with a text of docs/tmtp.md, section 4, once what is in hand has been answered, and
 * close. Nothing more is read. Before tmtprev it only closes.
 */
void link_quit(struct link *link, const char *text);

/** Close without a word. */
void link_close(struct link *link, const char *why);

/** Look again at what was read or is waiting: something in hand has been answered. */
void link_continue(struct link *link);

/** A request in the store speaks of the link. */
void link_hold(struct link *link);
/** It does no more. */
void link_release(struct link *link);

/**
 * At the end of a turn: send what the links' clients are to get, as few writes as possible, wait
 * for what is needed next, and free the links that were closed.
 */
void link_turn(struct server *server);

#endif
