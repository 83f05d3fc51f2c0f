/*
 * What post.c makes of a client's request and post_store.c takes to the database; for these two
 * alone.
 */
#ifndef TMTPD_POST_REQUEST_H
#define TMTPD_POST_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/outgoing.h"
#include "tmtp-link/server/store.h"
#include "tmtp-link/wire/header.h"

/* A thousand of these may wait for one batch, so they have no more of the request's header than
 * they need. */
struct post {
    struct request request;
    struct link *link;     /* the sender's */
    int64_t account, node; /* the sender's; node 0 when none of theirs is left out */
    int op;                /* of the request; TMTP_LOGIN for the note of a login */
    bool fornotself;
    struct tmtp_text id;   /* the client's, for the answer */
    struct tmtp_text from; /* of a ping */

    struct tmtp_for *recipients; /* or NULL; one allocation with all texts */
    size_t recipient_count;
    size_t note_from; /* those from here on are the notification's */

    size_t part_count;
    struct outgoing parts[]; /* the message; a notification, of PostNotify alone */
};

/** Free a post, and what it has taken over. */
void post_free(struct post *post);

#endif
