/*
 * Post, PostNotify, Ping and the note of a login: messages to nodes of others or one's own.
 */
#ifndef TMTPD_POST_H
#define TMTPD_POST_H

#include "tmtp-link/server/store.h"
#include "tmtp-link/wire/header.h"

struct link;

/** Kind: queue messages for whom they are for, if their senders may. */
extern const struct request_kind post_kind;

/** Carry out Post; its data is with the link. */
void post_message(struct link *link);

/**
 * What is wrong with the header of a PostNotify.
 *
 * @return text of a quit (docs/tmtp.md, section 3); NULL when nothing is
 */
const char *post_notify_fault(const struct tmtp_header *header);

/** Carry out PostNotify; its data is with the link. */
void post_notify(struct link *link);

/** Carry out Ping; its text is with the link. */
void post_ping(struct link *link);

/** Tell all nodes of the user that one has logged in. */
void post_login_note(struct link *link);

#endif
