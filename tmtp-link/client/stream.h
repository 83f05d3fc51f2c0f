/*
 * A stream of TMTP messages over TLS, as the client sees it: below the session, which knows what
 * answers what. A message may arrive in pieces over several calls; the one that is arriving is
 * kept.
 */
#ifndef TMTP_CLIENT_STREAM_H
#define TMTP_CLIENT_STREAM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/tls.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/header.h"

/** A message from the server. */
struct tmtp_message {
    struct tmtp_header header;
    char *data;      /**< ends with a NUL that is not counted */
    size_t data_len; /**< less than header.datalen when that is more than data_max */
    struct tmtp_message *next;
};

/** A stream. The user sets tls and data_max; the rest begins as zero. */
struct stream {
    struct tls_link *tls;
    size_t data_max;      /**< keep at most so much of a message's data */
    int64_t last_sent_ms; /**< when something was sent, on the clock of deadline_now_ms */
    struct frame_reader reader;
    struct tmtp_message *arriving;
};

/**
 * Send one frame.
 *
 * @param header  JSON object; its reference is taken, also on failure; NULL is a failure to make it
 * @param data    octets that follow, NULL when @a data_len is 0
 * @return TMTP_OK; TMTP_LOCAL when the header can't be sent; otherwise as tls_write
 */
enum tmtp_result stream_send(struct stream *stream, json_t *header, const char *data,
                             size_t data_len, int64_t deadline_ms, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Send octets of a file, which the frame sent before has announced as the end of its data.
 *
 * @param fd         at the first of them
 * @param size       how many
 * @param timeout_ms of each piece of 64 KiB
 * @return TMTP_OK; TMTP_LOCAL when it ends early or can't be read: the link is of no more use;
 * otherwise as tls_write
 */
enum tmtp_result stream_send_file(struct stream *stream, int fd, uint64_t size, int timeout_ms,
                                  struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Receive one message of any kind but `quit`.
 *
 * @param[out] message to be freed by stream_message_free
 * @return TMTP_OK; TMTP_NONE when none was whole by the deadline; after a `quit` TMTP_AUTH,
 * TMTP_RETRY, TMTP_LOCAL or TMTP_PROTOCOL by its text ("logout ok" is TMTP_RETRY); otherwise as
 * tls_read
 */
enum tmtp_result stream_receive(struct stream *stream, int64_t deadline_ms,
                                struct tmtp_message **message, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Free a message; NULL will do. */
void stream_message_free(struct tmtp_message *message);

/** Close the link and free what was arriving. */
void stream_close(struct stream *stream);

#endif
