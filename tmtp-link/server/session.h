/*
 * What a client's frames mean: the order of ops, what each must have, and who carries it out.
 *
 * Requests of one link are carried out one after the other, as their answers tell; posts and pings
 * alone may be in hand together, since one batch keeps their order. An Ack never waits.
 */
#ifndef TMTPD_SESSION_H
#define TMTPD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/header.h"

struct link;
struct request;

/** Whether the link may take more octets from its client. */
bool session_may_read(const struct link *link);

/** A frame's header has come. */
void session_header(struct link *link, const char *json, size_t len);

/** Some of its data has come. */
void session_data(struct link *link, const char *data, size_t len, bool last);

/** Something the link waited for has happened. */
void session_continue(struct link *link);

/** The link ends: forget what it was about. May be called twice. */
void session_closed(struct link *link);

/** The header of the frame in hand, for who answers it later; to be freed by header_free. */
struct tmtp_header session_take_header(struct link *link) __attribute__((warn_unused_result));

/** Give the store a request of the client, which is owed an answer. */
void session_submit(struct link *link, struct request *request);

/** That request has been answered, by link_answer or not at all. */
void session_answered(struct link *link);

/** Answer a request: `ack` with the client's id, and either an error or nothing. */
void session_ack(struct link *link, const char *id, size_t id_len, const char *error);

/** Answer a request that has made a message: `ack` with its id and when it was posted. */
void session_ack_message(struct link *link, struct tmtp_text id, int64_t message,
                         const char *posted);

#endif
