/*
 * The frame reader and writer. The buffer holds [begin, end): what was read and not yet given out.
 * It is moved to the front, grown or shrunk only in frame_reader_space, so pieces stay good until
 * then.
 */
#include "tmtp-link/wire/frame.h"

#include <stdlib.h>
#include <string.h>

enum {
    SMALL = 4096,  /* for an idle link, and for most frames */
    LARGE = 16384, /* while data streams: one TLS record */
};

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* The length in four hex digits, or 0 when they are not. */
static size_t parse_length(const char *digits)
{
    size_t length = 0;

    for (size_t i = 0; i < TMTP_LENGTH_DIGITS; i++) {
        int v = digit_value(digits[i]);

        if (v < 0) {
            return 0;
        }
        length = length << 4 | (size_t)v;
    }
    return length;
}

/* How large the buffer should be for what is to come. */
static size_t wanted_size(const struct frame_reader *reader)
{
    size_t frame = 0;

    if (reader->data_left > 0) {
        return LARGE;
    }
    if (reader->end - reader->begin >= TMTP_LENGTH_DIGITS) {
        frame = TMTP_LENGTH_DIGITS + parse_length(reader->buffer + reader->begin);
    }
    return frame > SMALL ? frame : SMALL;
}

void *frame_reader_space(struct frame_reader *reader, size_t *size)
{
    size_t held = reader->end - reader->begin;
    size_t want = wanted_size(reader);

    if (held > 0 && reader->begin > 0) {
        memmove(reader->buffer, reader->buffer + reader->begin, held);
    }
    reader->begin = 0;
    reader->end = held;
    if (want <= held) {
        want = held + SMALL; /* the caller has not taken out what is whole */
    }
    if (want > reader->size || (held == 0 && want < reader->size)) {
        char *buffer = realloc(reader->buffer, want);

        if (buffer == NULL) {
            return NULL;
        }
        reader->buffer = buffer;
        reader->size = want;
    }
    *size = reader->size - held;
    return reader->buffer + held;
}

void frame_reader_added(struct frame_reader *reader, size_t octets)
{
    reader->end += octets;
}

static enum frame_event next_data(struct frame_reader *reader, struct frame_piece *piece)
{
    size_t held = reader->end - reader->begin;

    if (held == 0) {
        return FRAME_MORE;
    }
    piece->at = reader->buffer + reader->begin;
    piece->len = held < reader->data_left ? held : (size_t)reader->data_left;
    reader->begin += piece->len;
    reader->data_left -= piece->len;
    piece->last = reader->data_left == 0;
    return FRAME_DATA;
}

enum frame_event frame_reader_next(struct frame_reader *reader, struct frame_piece *piece)
{
    size_t held = reader->end - reader->begin;
    size_t length;

    if (reader->data_left > 0) {
        return next_data(reader, piece);
    }
    if (held < TMTP_LENGTH_DIGITS + TMTP_HEADER_MIN) {
        return FRAME_MORE;
    }
    length = parse_length(reader->buffer + reader->begin);
    if (length < TMTP_HEADER_MIN) {
        return FRAME_BAD_LENGTH;
    }
    if (held < TMTP_LENGTH_DIGITS + length) {
        return FRAME_MORE;
    }
    piece->at = reader->buffer + reader->begin + TMTP_LENGTH_DIGITS;
    piece->len = length;
    piece->last = false;
    reader->begin += TMTP_LENGTH_DIGITS + length;
    return FRAME_HEADER;
}

void frame_reader_expect(struct frame_reader *reader, uint64_t datalen)
{
    reader->data_left = datalen;
}

void frame_reader_rest(struct frame_reader *reader)
{
    if (reader->begin == reader->end) {
        free(reader->buffer);
        reader->buffer = NULL;
        reader->size = reader->begin = reader->end = 0;
    }
}

void frame_reader_free(struct frame_reader *reader)
{
    free(reader->buffer);
    *reader = (struct frame_reader){0};
}

bool frame_length(size_t json_len, char *digits)
{
    static const char hex[] = "0123456789abcdef";

    if (json_len < TMTP_HEADER_MIN || json_len > TMTP_HEADER_MAX) {
        return false;
    }
    for (size_t i = 0; i < TMTP_LENGTH_DIGITS; i++) {
        digits[i] = hex[json_len >> (12 - 4 * i) & 15];
    }
    return true;
}

char *frame_make(const char *json, size_t json_len, const void *data, size_t data_len, size_t *len)
{
    char digits[TMTP_LENGTH_DIGITS];
    char *frame;

    if (!frame_length(json_len, digits)) {
        return NULL;
    }
    frame = malloc(sizeof digits + json_len + data_len);
    if (frame == NULL) {
        return NULL;
    }
    memcpy(frame, digits, sizeof digits);
    memcpy(frame + sizeof digits, json, json_len);
    if (data_len > 0) {
        memcpy(frame + sizeof digits + json_len, data, data_len);
    }
    *len = sizeof digits + json_len + data_len;
    return frame;
}
