/*
 * The stream: frames out, messages in. The reader gives pieces; a message is gathered from them
 * here.
 */
#include "tmtp-link/client/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tmtp-link/client/deadline.h"

enum { PIECE = 64 << 10 };

/* How a text of `quit` ends a session; any other means that we, or the server, broke the protocol.
 */
static const struct {
    const char *text;
    enum tmtp_result result;
} quits[] = {
    {"authentication required", TMTP_AUTH}, {"login failed", TMTP_AUTH},
    {"corrupt base32 value", TMTP_AUTH},    {"register failure", TMTP_RETRY},
    {"node already connected", TMTP_RETRY}, {"logout ok", TMTP_RETRY},
    {"data not valid UTF8", TMTP_LOCAL},    {"data too long for request type", TMTP_LOCAL},
};

void stream_message_free(struct tmtp_message *message)
{
    if (message != NULL) {
        header_free(&message->header);
        free(message->data);
        free(message);
    }
}

static enum tmtp_result quit_result(const struct tmtp_message *quit, struct tmtp_error *error)
{
    struct tmtp_text text = quit->header.error;
    enum tmtp_result result = TMTP_PROTOCOL;

    for (size_t i = 0; i < sizeof quits / sizeof *quits; i++) {
        if (tmtp_text_is(text, quits[i].text)) {
            result = quits[i].result;
        }
    }
    return tmtp_fail(error, result, "the server ended the session: %s",
                     text.at == NULL ? "no reason given" : text.at);
}

enum tmtp_result stream_send(struct stream *stream, json_t *header, const char *data,
                             size_t data_len, int64_t deadline_ms, struct tmtp_error *error)
{
    size_t len = 0;
    char *frame = header == NULL ? NULL : header_frame(header, HEADER_PLAIN, data, data_len, &len);
    enum tmtp_result result;

    json_decref(header);
    if (frame == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "the request is too long, or not valid UTF-8");
    }
    result = tls_write(stream->tls, frame, len, deadline_ms, error);
    stream->last_sent_ms = deadline_now_ms();
    free(frame);
    return result;
}

enum tmtp_result stream_send_file(struct stream *stream, int fd, uint64_t size, int timeout_ms,
                                  struct tmtp_error *error)
{
    char *piece = malloc(PIECE);
    enum tmtp_result result = piece == NULL ? tmtp_fail(error, TMTP_LOCAL, "no memory") : TMTP_OK;

    while (result == TMTP_OK && size > 0) {
        ssize_t got = read(fd, piece, size < PIECE ? (size_t)size : PIECE);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            result = tmtp_fail(error, TMTP_LOCAL, "a file can't be read to its end: %s",
                               got == 0 ? "it has become shorter" : strerror(errno));
            break;
        }
        result = tls_write(stream->tls, piece, (size_t)got, deadline_in(timeout_ms), error);
        stream->last_sent_ms = deadline_now_ms();
        size -= (uint64_t)got;
    }
    free(piece);
    return result;
}

/* A header has come: begin a message, with room for as much of its data as we take. */
static enum tmtp_result begin_message(struct stream *stream, const struct frame_piece *json,
                                      struct tmtp_error *error)
{
    size_t room;
    struct tmtp_message *message = calloc(1, sizeof *message);

    if (message == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    stream->arriving = message;
    if (!header_parse(json->at, json->len, &message->header) ||
        message->header.op_name.at == NULL) {
        return tmtp_fail(error, TMTP_PROTOCOL, "the server sent a header that can't be read");
    }
    room = (uint64_t)message->header.datalen < stream->data_max ? (size_t)message->header.datalen
                                                                : stream->data_max;
    message->data = malloc(room + 1);
    if (message->data == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    message->data[0] = '\0';
    frame_reader_expect(&stream->reader, (uint64_t)message->header.datalen);
    return TMTP_OK;
}

static void add_data(struct stream *stream, const struct frame_piece *piece)
{
    struct tmtp_message *message = stream->arriving;
    size_t room = stream->data_max - message->data_len;
    size_t len = piece->len < room ? piece->len : room;

    memcpy(message->data + message->data_len, piece->at, len);
    message->data_len += len;
    message->data[message->data_len] = '\0';
}

/* Take one whole message out of the octets read; TMTP_NONE when there is none yet. */
static enum tmtp_result take_message(struct stream *stream, struct tmtp_message **message,
                                     struct tmtp_error *error)
{
    struct frame_piece piece;
    bool whole = false;
    enum tmtp_result result;

    while (!whole) {
        switch (frame_reader_next(&stream->reader, &piece)) {
        case FRAME_MORE:
            return TMTP_NONE;
        case FRAME_BAD_LENGTH:
            return tmtp_fail(error, TMTP_PROTOCOL, "the server does not speak TMTP");
        case FRAME_HEADER:
            result = begin_message(stream, &piece, error);
            if (result != TMTP_OK) {
                return result;
            }
            whole = stream->arriving->header.datalen == 0;
            break;
        case FRAME_DATA:
            add_data(stream, &piece);
            whole = piece.last;
            break;
        }
    }
    *message = stream->arriving;
    stream->arriving = NULL;
    return TMTP_OK;
}

enum tmtp_result stream_receive(struct stream *stream, int64_t deadline_ms,
                                struct tmtp_message **message, struct tmtp_error *error)
{
    enum tmtp_result result;

    while ((result = take_message(stream, message, error)) == TMTP_NONE) {
        size_t size = 0;
        size_t got = 0;
        void *room = frame_reader_space(&stream->reader, &size);

        if (room == NULL) {
            return tmtp_fail(error, TMTP_LOCAL, "no memory");
        }
        result = tls_read(stream->tls, room, size, deadline_ms, &got, error);
        if (result != TMTP_OK) {
            return result;
        }
        frame_reader_added(&stream->reader, got);
    }
    if (result == TMTP_OK && tmtp_text_is((*message)->header.op_name, "quit")) {
        result = quit_result(*message, error);
        stream_message_free(*message);
        *message = NULL;
    }
    return result;
}

void stream_close(struct stream *stream)
{
    stream_message_free(stream->arriving);
    frame_reader_free(&stream->reader);
    tls_close(stream->tls);
    *stream = (struct stream){0};
}
