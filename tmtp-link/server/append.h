/*
 * The short way of a post: to users whose nodes are known (routes.h), with data that is whole in
 * memory. It becomes rows of the append-only log, in one statement for all such posts of a turn,
 * and asks the database nothing. Any other post goes by post.h.
 */
#ifndef TMTPD_APPEND_H
#define TMTPD_APPEND_H

#include <stdbool.h>

#include "tmtp-link/server/store.h"

struct link;

/** Kind: add messages to the log. */
extern const struct request_kind append_kind;

/** Whether the post in hand can go the short way. */
bool append_fits(const struct link *link);

/** Carry out a post for which append_fits has just said yes; its data is with the link. */
void append_message(struct link *link);

/** Ask for what is missing for the post in hand to fit, for the next one's sake. */
void append_ask(const struct link *link);

#endif
