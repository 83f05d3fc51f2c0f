/*
 * What post.c makes of a client's request and post_store.c takes to the database; for these two
 * alone.
 */
#ifndef TMTPD_POST_REQUEST_H
#define TMTPD_POST_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/outgoing.h"
#include "tmtp-link/server/store.h"
#include "tmtp-link/wire/header.h"

struct post {
    struct request request;
    struct link *link;         /* the sender's */
    struct tmtp_header header; /* of the request; .op is TMTP_LOGIN for the note of a login */
    int64_t account, node;     /* the sender's; node 0 when none of theirs is left out */

    struct outgoing parts[2]; /* the message; a notification, of PostNotify alone */
    size_t part_count;

    struct tmtp_for *list; /* recipients that are not in the header, or NULL */
    const struct tmtp_for *recipients;
    size_t recipient_count;
    size_t note_from; /* those from here on are the notification's */
};

/** Free a post, and what it has taken over. */
void post_free(struct post *post);

#endif
